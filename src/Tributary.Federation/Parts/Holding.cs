using Tributary.Federation.Messages;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts;

/// <summary>What one client holds and trains in one round: its capacity, resolved by the server.</summary>
/// <param name="Rank">Most ranks of its adapters; null is the adaptation's own.</param>
/// <param name="Tensors">The tensors it trains and sends, by the names under which they travel; null is all.</param>
/// <param name="LeftOut">Blocks that its model is made without, in their order; null is none.</param>
/// <param name="Budget">What it may take of the units that its capacity lets it choose from, as a share of what all cost; null where nothing is left to choose.</param>
/// <param name="Slots">Rank slots for each LoRA module on the mean, of which it chooses those that it trains and sends; null is all.</param>
public sealed record Holding(int? Rank = null, IReadOnlyList<string>? Tensors = null, IReadOnlyList<int>? LeftOut = null, double? Budget = null, int? Slots = null)
{
    /// <summary>The share of its impact that its message shall hold, where the codec selects by impact; null is the codec's own.</summary>
    public double? Share { get; init; }

    /// <summary>Everything.</summary>
    public static Holding Everything { get; } = new();

    /// <summary>Whether it trains and sends a tensor.</summary>
    public bool Contains(TensorKey key) => Tensors is null || Tensors.Contains(key.WireName, StringComparer.Ordinal);

    /// <summary>What it holds of these tensors.</summary>
    public ParameterSet Of(ParameterSet set) => (Tensors is null ? set : set.Where(Contains)).AtRank(Rank);

    /// <summary>What it holds of a layout.</summary>
    public TensorLayout Of(TensorLayout layout) => (Tensors is null ? layout : new TensorLayout(layout.Tensors.Where(tensor => Contains(tensor.Key)))).AtRank(Rank);
}
