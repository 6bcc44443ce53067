using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>The updates of a round, and how much each counts for a tensor: what a server step sees beside the joined update.</summary>
/// <param name="Contents">The single updates.</param>
/// <param name="Weight">The weight of an update for a tensor, given its place; weights need not sum to one.</param>
public sealed record WeighedUpdates(RoundUpdates Contents, Func<int, TensorKey, double> Weight)
{
    /// <summary>Nobody's: for steps that look at the joined update alone.</summary>
    public static WeighedUpdates None { get; } = new(new RoundUpdates(new MemoryUpdates([], new TensorLayout([])), new Method(), new TensorLayout([])), (_, _) => 0);

    /// <summary>The adapted modules with two factors.</summary>
    public IReadOnlyList<LoraPair> Pairs => Contents.Pairs;

    /// <summary>The factors of all senders of a module one below the other: their plain product is the weighted mean of the updates. Null when nobody sent any.</summary>
    public LoraFactors? Stack(LoraPair pair) => Contents.Stack(pair, Weight);
}
