using System.Globalization;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Declares a family's tensors and modules against a source, strictly: a missing, extra or mis-shaped tensor is an error that names it.</summary>
internal sealed class ModelBuilder(IBackend backend, ITensorSource source, StorageType storage, string prefix)
{
    private readonly HashSet<string> claimed = new(StringComparer.Ordinal);
    private readonly HashSet<string>? names = source.Names?.ToHashSet(StringComparer.Ordinal);
    private readonly bool prefixed = source.Names is null || source.Names.Any(n => n.StartsWith(prefix, StringComparison.Ordinal));

    public List<BaseTensor> Tensors { get; } = [];

    public List<IModule> Modules { get; } = [];

    public List<UnitSpace> Units { get; } = [];

    /// <summary>Declares a tensor under its full name; files of bare backbones leave the prefix out.</summary>
    public BaseTensor Tensor(string name, int layer, string role, int[] shape, bool inputsFirst = false)
    {
        var stored = StoredName(name);
        if (names?.Contains(stored) == false)
        {
            throw new InputException($"tensor {stored} is missing from the model's weights: the folder does not hold the architecture that config.json names");
        }

        if (source.Shape(stored) is { } found && !found.AsSpan().SequenceEqual(shape))
        {
            throw new InputException($"tensor {stored} has shape [{string.Join(", ", found)}], config.json asks for [{string.Join(", ", shape)}]");
        }

        claimed.Add(stored);
        var key = new TensorKey(TensorKey.MainModel, "base", layer, role, name);
        var tensor = new BaseTensor(Tensors.Count, key, shape, inputsFirst, BaseStorage.Of(storage, layer), backend, source, stored);
        Tensors.Add(tensor);
        return tensor;
    }

    public Linear Linear(string path, int layer, int inputs, int outputs, bool bias, bool inputsFirst = false, bool isOutputLayer = false)
    {
        var weight = Tensor(path + ".weight", layer, "weight", inputsFirst ? [inputs, outputs] : [outputs, inputs], inputsFirst);
        return Linear(path, layer, weight, bias ? Tensor(path + ".bias", layer, "bias", [outputs]) : null, isOutputLayer);
    }

    public Linear Linear(string path, int layer, BaseTensor weight, BaseTensor? bias, bool isOutputLayer = false, BaseTensor? rest = null) =>
        Add(new Linear(Modules.Count, path, layer, weight, bias, isOutputLayer, rest));

    public Embedding Embedding(string path, int rows, int width, bool tied = false, int paddingId = -1) =>
        Add(new Embedding(Modules.Count, path, Tensor(path + ".weight", -1, "embedding", [rows, width]), tied, paddingId));

    public Norm Norm(string path, int layer, NormKind kind, int width, float epsilon)
    {
        var gain = Tensor(path + ".weight", layer, "norm", [width]);
        return Add(new Norm(Modules.Count, path, layer, kind, epsilon, gain, kind is NormKind.Rms or NormKind.RmsPlusOne ? null : Tensor(path + ".bias", layer, "bias", [width])));
    }

    /// <summary>Declares a tensor that the architecture has and no pass reads: it is kept, and never trained.</summary>
    public void Unused(string name, int layer, int[] shape) => Tensor(name, layer, "unused", shape).IsUsed = false;

    public Junction Junction(string path, int layer, Sublayer sublayer, int width, Norm? norm = null) => Add(new Junction(Modules.Count, path, layer, sublayer, width, norm));

    public FeedForwardSublayer FeedForward(Linear up, ActivationKind activation, Linear down, Junction junction)
    {
        Units.Add(UnitSpace.Inner(down, up));
        return new FeedForwardSublayer(up, activation, down, junction);
    }

    public GatedFeedForwardSublayer FeedForward(Linear gate, Linear up, ActivationKind activation, Linear down, Junction junction)
    {
        Units.Add(UnitSpace.Inner(down, gate, up));
        return new GatedFeedForwardSublayer(gate, up, activation, down, junction);
    }

    /// <summary>Self-attention of as many key heads as query heads, whose places nothing but a bias of scores tells.</summary>
    public AttentionSublayer Attention(SelfAttention attention, Linear query, Linear key, Linear value, Linear output, Junction junction)
    {
        Heads(attention.Shape, query, 0, key, 0);
        return new AttentionSublayer(attention, query, key, value, output, junction);
    }

    /// <summary>Notes the dimensions that queries and keys of every head have in common, from where they begin among the outputs of their layers.</summary>
    public void Heads(AttentionShape shape, Linear query, int queryStart, Linear key, int keyStart) =>
        Units.AddRange(Enumerable.Range(0, shape.Heads).Select(head => head * shape.HeadWidth).Select(at => UnitSpace.Head(query, queryStart + at, key, keyStart + at, shape.HeadWidth)));

    public SelfAttention Attention(string path, int layer, AttentionShape shape, PositionBias? positions = null) =>
        Add(new SelfAttention(Modules.Count, path, layer, shape, positions));

    public CrossAttention CrossAttention(string path, int layer, AttentionShape shape) => Add(new CrossAttention(Modules.Count, path, layer, shape));

    /// <summary>Score biases by head and bucket; <paramref name="distances"/> gives the bucket of every distance.</summary>
    public PositionBias PositionBias(string path, int layer, int heads, int buckets, int[] distances) =>
        Add(new PositionBias(Modules.Count, path, layer, Tensor(path + ".weight", layer, "embedding", [buckets, heads]), distances));

    /// <summary>"path.dense" with what follows it: an activation, and a norm at "path.LayerNorm".</summary>
    public Transform Transform(string path, int inputs, int outputs, ActivationKind? activation, NormKind? norm = null, float epsilon = 0, int layer = -1) => new(
        Linear(path + ".dense", layer, inputs, outputs, bias: true), activation, norm is { } kind ? Norm(path + ".LayerNorm", layer, kind, outputs, epsilon) : null);

    /// <summary>An output layer over classes, with a bias.</summary>
    public Linear ClassHead(string path, HeadSpec head, int width) => Linear(path, -1, width, head.Classes, bias: true, isOutputLayer: true);

    /// <summary>An output layer over the vocabulary with a bias of that name, its weight its own or the token embedding's.</summary>
    public Linear TokenHead(string path, string bias, Embedding tokens, bool tied, int width)
    {
        var weight = tied ? tokens.Weight : Tensor(path + ".weight", -1, "weight", [tokens.Rows, width]);
        return Linear(path, -1, weight, Tensor(bias, -1, "bias", [tokens.Rows]), isOutputLayer: true);
    }

    /// <summary>A decoder's output layer: "score" for classes, else logits from a weight of its own or the token embedding's.</summary>
    public Linear DecoderHead(string path, HeadSpec head, Embedding tokens, bool tied, int width) =>
        head.Classes > 0 ? Linear("score", -1, width, head.Classes, bias: false, isOutputLayer: true)
        : tied ? Linear(path, -1, tokens.Weight, null, isOutputLayer: true)
        : Linear(path, -1, width, tokens.Rows, bias: false, isOutputLayer: true);

    /// <summary>
    /// Refuses tensors that nothing has declared, other than those left aside: names that end so (buffers, copies of tied tensors), or that begin so when the entry ends with a
    /// dot (heads of other tasks).
    /// </summary>
    public void RequireAllClaimed(params ReadOnlySpan<string> leftAside)
    {
        foreach (var name in source.Names ?? [])
        {
            var ignored = claimed.Contains(name);
            foreach (var entry in leftAside)
            {
                ignored |= entry[^1] == '.' ? name.StartsWith(Short(entry), StringComparison.Ordinal) : name.EndsWith(entry, StringComparison.Ordinal);
            }

            if (!ignored)
            {
                throw new InputException($"tensor {name} in the model's weights is not part of the architecture that config.json names");
            }
        }
    }

    public static string At(string pattern, int layer) => string.Format(CultureInfo.InvariantCulture, pattern, layer);

    private string Short(string name) => prefixed || !name.StartsWith(prefix, StringComparison.Ordinal) ? name : name[prefix.Length..];

    // Norms of the first BERT checkpoints are named as TensorFlow did.
    private string StoredName(string name)
    {
        var stored = Short(name);
        if (names is null || names.Contains(stored))
        {
            return stored;
        }

        var cut = stored.LastIndexOf('.') + 1;
        var older = stored[..cut] + (stored[cut..] == "weight" ? "gamma" : "beta");
        return names.Contains(older) ? older : stored;
    }

    private T Add<T>(T module)
        where T : IModule
    {
        Modules.Add(module);
        return module;
    }
}
