using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.VirtualTokens;

/// <summary>The tensors that an adapter's virtual rows are made of: their names, first values and places on the device.</summary>
internal interface IRowLayout
{
    /// <summary>Key and shape of each.</summary>
    IEnumerable<(TensorKey Key, int[] Shape)> Tensors { get; }

    /// <summary>What training begins from.</summary>
    IEnumerable<HostTensor> Initial(ulong seed);

    /// <summary>The rows, from the tensors on the device.</summary>
    IVirtualRows Attach(Func<TensorKey, Parameter> find);

    /// <summary>The rows [count, width], computed on the host.</summary>
    float[] Rows(ParameterSet values);
}
