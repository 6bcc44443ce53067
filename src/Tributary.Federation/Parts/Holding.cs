using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts;

/// <summary>What one client holds and trains in one round: its capacity, resolved by the server.</summary>
/// <param name="Rank">Most ranks of its adapters; null is the adaptation's own.</param>
/// <param name="Tensors">The tensors it trains and sends, by the names under which they travel; null is all.</param>
/// <param name="LeftOut">Blocks that its model is made without, in their order; null is none.</param>
/// <param name="Budget">What may be taken of the units that it, or the server for it, has still to choose from, as a share of what all cost; null where nothing is left to choose.</param>
/// <param name="Slots">Rank slots for each LoRA module on the mean, of which it chooses those that it trains and sends; null is all.</param>
public sealed record Holding(int? Rank = null, IReadOnlyList<string>? Tensors = null, IReadOnlyList<int>? LeftOut = null, double? Budget = null, int? Slots = null)
{
    /// <summary>The share of its impact that its message shall hold, where the codec selects by impact; null is the codec's own.</summary>
    public double? Share { get; init; }

    /// <summary>The share of the entries of its messages, in the place of the codec's; null is that.</summary>
    public double? Density { get; init; }

    /// <summary>The share of the output rows of every LoRA module that it sends; null is all.</summary>
    public double? RowShare { get; init; }

    /// <summary>How many entries of all its tensors together it keeps, trains and sends, of its own choice; null is all.</summary>
    public int? Entries { get; init; }

    /// <summary>Shapes of tensors of which it has the leading part alone, by the names under which they travel, where its model is narrower; null is none.</summary>
    public IReadOnlyDictionary<string, int[]>? Shapes { get; init; }

    /// <summary>Blocks below the cut, of which alone its model is made; null is a model that is not cut.</summary>
    public int? Cut { get; init; }

    /// <summary>Everything.</summary>
    public static Holding Everything { get; } = new();

    /// <summary>Tensors that it has and leaves as they are, by the names under which they travel; null is none.</summary>
    public IReadOnlyList<string>? Fixed { get; init; }

    /// <summary>Whether it trains and sends a tensor.</summary>
    public bool Contains(TensorKey key) => Has(key) && Fixed?.Contains(key.WireName, StringComparer.Ordinal) != true;

    /// <summary>What it trains and sends of these tensors.</summary>
    public ParameterSet Of(ParameterSet set) => Narrowed(Tensors is null && Fixed is null ? set : set.Where(Contains));

    /// <summary>What it trains and sends of a layout.</summary>
    public TensorLayout Of(TensorLayout layout) => Part(layout, Tensors is null && Fixed is null, Contains);

    /// <summary>What it has of these tensors.</summary>
    public ParameterSet Received(ParameterSet set) => Narrowed(Tensors is null ? set : set.Where(Has));

    /// <summary>What it has of a layout.</summary>
    public TensorLayout Received(TensorLayout layout) => Part(layout, Tensors is null, Has);

    /// <summary>Of each of these tensors the part that its model has room for.</summary>
    public ParameterSet Narrowed(ParameterSet set) => set.AtRank(Rank).WithShapes(Shapes);

    /// <summary>What of its tensors its model has room for.</summary>
    public TensorLayout Narrowed(TensorLayout layout) => layout.AtRank(Rank).WithShapes(Shapes);

    private bool Has(TensorKey key) => Tensors is null || Tensors.Contains(key.WireName, StringComparer.Ordinal);

    private TensorLayout Part(TensorLayout layout, bool isWhole, Func<TensorKey, bool> selects) =>
        Narrowed(isWhole ? layout : new TensorLayout(layout.Tensors.Where(tensor => selects(tensor.Key))));
}
