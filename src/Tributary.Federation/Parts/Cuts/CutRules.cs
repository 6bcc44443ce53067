using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Cuts;

/// <summary>What a <see cref="Cut"/> divides, and what becomes of the server's part, in one place.</summary>
public static class CutRules
{
    /// <summary>The section of the one upper part's tensors, after a visit.</summary>
    public const string UpperSection = "upper";

    /// <summary>The section of its optimizer: moments of all its numbers one after another, and steps.</summary>
    public const string OptimizerSection = "upper_optimizer";

    // PEFT's roles of LoRA at embeddings begin so.
    private const string EmbeddingRole = "lora_embedding";

    /// <summary>The moments that an optimizer may have, by their places in its state.</summary>
    public static IReadOnlyList<TensorKey> MomentKeys { get; } = [Key("first"), Key("second"), Key("third")];

    /// <summary>How many steps the optimizer has done.</summary>
    public static TensorKey StepsKey { get; } = Key("steps");

    /// <summary>The method for a model of that shape: of several cuts those alone that leave a block above, and exits at the cuts unless they are elsewhere.</summary>
    public static Method For(Method method, ModelShape shape)
    {
        if (method.LocalProgram.Cut is not { } cut)
        {
            return method;
        }

        var possible = cut.Blocks.Where(blocks => blocks < shape.Layers).ToArray();
        cut = possible.Length > 0 && possible.Length < cut.Blocks.Count ? cut with { Blocks = possible } : cut;
        return method with
        {
            LocalProgram = method.LocalProgram with { Cut = cut },
            Adaptation = ExitsOf(method) is { Blocks: null } && method.Adaptation is SeveralConfig several
                ? several.WithEvery(typeof(ExitsConfig), exits => (ExitsConfig)exits with { Blocks = [.. cut.Blocks.Distinct()] })
                : method.Adaptation,
        };
    }

    /// <summary>The exits at which clients learn, beside the adapters of the model; null where there are none.</summary>
    public static ExitsConfig? ExitsOf(Method method) =>
        method.Adaptation is SeveralConfig several ? several.Adapters.Values.OfType<ExitsConfig>().FirstOrDefault() : method.Adaptation as ExitsConfig;

    /// <summary>Whether clients of a cut model learn at exits of their own, so that the server is told what it needs and answers nothing.</summary>
    public static bool HasExits(Method method) => method.LocalProgram.Cut is not null && ExitsOf(method) is not null;

    /// <summary>How many blocks a client has below its cut.</summary>
    /// <param name="cut">Where the model is cut.</param>
    /// <param name="client">The client.</param>
    /// <param name="place">Its place among all clients in id order.</param>
    public static int DepthOf(Cut cut, string client, int place) => cut.ByClient is not { } most ? cut.Blocks[place % cut.Blocks.Count]
        : most.TryGetValue(client, out var limit) ? cut.Blocks.Where(blocks => blocks <= limit).Max() : cut.Blocks.Max();

    /// <summary>Whether a trained tensor belongs to the first blocks, to the embeddings, or to the exit behind these blocks.</summary>
    /// <param name="blocks">Blocks below the cut.</param>
    /// <param name="key">The tensor.</param>
    public static bool IsBelow(int blocks, TensorKey key) => key.Role == ExitsAdapter.Role ? key.Layer == blocks - 1
        : key.Layer >= 0 ? key.Layer < blocks : key.Role.StartsWith(EmbeddingRole, StringComparison.Ordinal);

    /// <summary>Whether a trained tensor belongs to the server's part: exits are clients' alone.</summary>
    /// <param name="blocks">Blocks below the cut.</param>
    /// <param name="key">The tensor.</param>
    public static bool IsAbove(int blocks, TensorKey key) => key.Role != ExitsAdapter.Role && !IsBelow(blocks, key);

    /// <summary>What a client holds when the model is cut: of its holding what is below.</summary>
    /// <param name="blocks">Blocks below its cut.</param>
    /// <param name="layout">What the run trains.</param>
    /// <param name="holding">What it would hold of the whole model.</param>
    public static Holding Below(int blocks, TensorLayout layout, Holding holding) => holding with
    {
        Cut = blocks,
        Tensors = [.. layout.Tensors.Where(tensor => IsBelow(blocks, tensor.Key) && holding.Contains(tensor.Key)).Select(tensor => tensor.Key.WireName)],
    };

    /// <summary>What the server keeps of the one upper part beside its tensors, and what spooled answers hold of it.</summary>
    public static IEnumerable<(string Name, TensorLayout Layout)> Layouts(Method method, TensorLayout layout)
    {
        if (method.LocalProgram.Cut is not { Upper: UpperCopies.One } cut)
        {
            return [];
        }

        var upper = new TensorLayout(layout.Tensors.Where(tensor => IsAbove(cut.Blocks[0], tensor.Key)));
        var numbers = checked((int)upper.Elements);
        return [(UpperSection, upper), (OptimizerSection, new TensorLayout([.. MomentKeys.Select(key => (key, (int[])[numbers])), (StepsKey, [1])]))];
    }

    /// <summary>The state with the one upper part as the last visit of a round left it.</summary>
    /// <param name="state">The state after the server's step.</param>
    /// <param name="updates">The round's updates.</param>
    public static ServerState Learned(ServerState state, WeighedUpdates updates)
    {
        var contents = updates.Contents;
        var last = Enumerable.Range(0, contents.Updates.Count).Where(k => contents.Updates[k].Asked is not null).OrderBy(k => contents.Updates[k].Asked!.Visit).LastOrDefault(-1);
        if (last < 0 || contents.Method.LocalProgram.Cut is not { Upper: UpperCopies.One })
        {
            return state;
        }

        var left = Left(contents.Source, last, contents.Method, state.Layout);
        return state.WithModel(state.Model.ReplacedBy(left.Section(UpperSection))).WithSection(OptimizerSection, left.Section(OptimizerSection));
    }

    /// <summary>What a visit left behind of the one upper part.</summary>
    public static MessageBody Left(IUpdateSource source, int index, Method method, TensorLayout layout) => Layouts(method, layout).Aggregate(
        MessageBody.Empty,
        (body, section) => body.WithSection(section.Name, new ParameterSet(section.Layout.Tensors.Where(tensor => source.Contains(index, section.Name, tensor.Key)).Select(tensor =>
        {
            var read = HostTensor.Zeros(tensor.Key, tensor.Shape);
            source.Read(index, section.Name, tensor.Key, 0, read.Values);
            return read;
        }))));

    private static TensorKey Key(string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "optimizer", name);
}
