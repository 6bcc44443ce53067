using Tributary.Learning.Autograd;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>Rows as they are, under PEFT's name for them. They begin as standard normal values, or as embeddings of a vocabulary's tokens.</summary>
internal sealed class RowTableLayout(string adapter, string role, int count, int width, Embedding? vocabulary = null) : IRowLayout
{
    private readonly TensorKey key = new(TensorKey.MainModel, adapter, -1, role, "prompt_embeddings");

    public IEnumerable<(TensorKey Key, int[] Shape)> Tensors => [(key, [count, width])];

    public IEnumerable<HostTensor> Initial(ulong seed) =>
        [vocabulary is null ? VirtualRowValues.Normal(key, [count, width], seed) : VirtualRowValues.Vocabulary(key, vocabulary, count, seed)];

    public IVirtualRows Attach(Func<TensorKey, Parameter> find) => new RowTable(find(key));

    public float[] Rows(ParameterSet values) => values[key].Values;
}
