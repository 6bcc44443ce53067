using System.Globalization;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Declares a family's tensors and modules against a source, strictly: a missing, extra or mis-shaped tensor is an error that names it.</summary>
internal sealed class ModelBuilder(IBackend backend, ITensorSource source, StorageType storage, string prefix)
{
    private readonly HashSet<string> claimed = new(StringComparer.Ordinal);
    private readonly bool prefixed = source.Names is null || source.Names.Any(n => n.StartsWith(prefix, StringComparison.Ordinal));

    public List<BaseTensor> Tensors { get; } = [];

    public List<IModule> Modules { get; } = [];

    /// <summary>Declares a tensor under its full name; files of bare backbones leave the prefix out.</summary>
    public BaseTensor Tensor(string name, int layer, string role, int[] shape, bool inputsFirst = false)
    {
        var stored = prefixed || !name.StartsWith(prefix, StringComparison.Ordinal) ? name : name[prefix.Length..];
        if (source.Names is { } names && !names.Contains(stored))
        {
            throw new InputException($"tensor {stored} is missing from the model's weights: the folder does not hold the architecture that config.json names");
        }

        if (source.Shape(stored) is { } found && !found.AsSpan().SequenceEqual(shape))
        {
            throw new InputException($"tensor {stored} has shape [{string.Join(", ", found)}], config.json asks for [{string.Join(", ", shape)}]");
        }

        claimed.Add(stored);
        var tensor = new BaseTensor(Tensors.Count, new TensorKey(TensorKey.MainModel, "base", layer, role, name), shape, inputsFirst, backend, storage, Read);
        Tensors.Add(tensor);
        return tensor;

        float[] Read()
        {
            var values = new float[HostTensor.Count(shape)];
            source.Read(stored, values);
            return values;
        }
    }

    public Linear Linear(string path, int layer, int inputs, int outputs, bool bias, bool inputsFirst = false, bool isOutputLayer = false)
    {
        var weight = Tensor(path + ".weight", layer, "weight", inputsFirst ? [inputs, outputs] : [outputs, inputs], inputsFirst);
        return Linear(path, layer, weight, bias ? Tensor(path + ".bias", layer, "bias", [outputs]) : null, isOutputLayer);
    }

    public Linear Linear(string path, int layer, BaseTensor weight, BaseTensor? bias, bool isOutputLayer = false) =>
        Add(new Linear(Modules.Count, path, layer, weight, bias, isOutputLayer));

    public Embedding Embedding(string path, int rows, int width, bool tied = false, int paddingId = -1) =>
        Add(new Embedding(Modules.Count, path, Tensor(path + ".weight", -1, "embedding", [rows, width]), tied, paddingId));

    public Norm Norm(string path, int layer, NormKind kind, int width, float epsilon) =>
        Add(new Norm(
            Modules.Count, path, layer, kind, epsilon, Tensor(path + ".weight", layer, "norm", [width]), kind == NormKind.Layer ? Tensor(path + ".bias", layer, "bias", [width]) : null));

    public Junction Junction(string path, int layer, Sublayer sublayer, int width, Norm? norm = null) => Add(new Junction(Modules.Count, path, layer, sublayer, width, norm));

    public SelfAttention Attention(string path, int layer, AttentionShape shape) => Add(new SelfAttention(Modules.Count, path, layer, shape));

    /// <summary>A decoder's output layer: "score" for classes, else logits from a weight of its own or the token embedding's.</summary>
    public Linear DecoderHead(string path, HeadSpec head, Embedding tokens, bool tied, int width) =>
        head.Classes > 0 ? Linear("score", -1, width, head.Classes, bias: false, isOutputLayer: true)
        : tied ? Linear(path, -1, tokens.Weight, null, isOutputLayer: true)
        : Linear(path, -1, width, tokens.Rows, bias: false, isOutputLayer: true);

    /// <summary>Refuses tensors that nothing has declared, other than buffers that old files carry.</summary>
    public void RequireAllClaimed(params ReadOnlySpan<string> ignoredSuffixes)
    {
        foreach (var name in source.Names ?? [])
        {
            var ignored = false;
            foreach (var suffix in ignoredSuffixes)
            {
                ignored |= name.EndsWith(suffix, StringComparison.Ordinal);
            }

            if (!ignored && !claimed.Contains(name))
            {
                throw new InputException($"tensor {name} in the model's weights is not part of the architecture that config.json names");
            }
        }
    }

    public static string At(string pattern, int layer) => string.Format(CultureInfo.InvariantCulture, pattern, layer);

    private T Add<T>(T module)
        where T : IModule
    {
        Modules.Add(module);
        return module;
    }
}
