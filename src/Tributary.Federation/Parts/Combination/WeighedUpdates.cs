using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

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

    /// <summary>Whether somebody sent both factors of a module.</summary>
    public bool IsSent(LoraPair pair) => Senders(pair).Length > 0;

    /// <summary>
    /// mean(BA) − mean(B)·mean(A) of a module: with means by these weights it is Σ pₖ(Bₖ − mean(B))(Aₖ − Aₗ) for any one sender l, who needs no ranks then. Null when nobody
    /// sent any.
    /// </summary>
    /// <param name="pair">The module; its senders have one rank.</param>
    /// <param name="means">The weighted means of its factors.</param>
    public LoraFactors? Residual(LoraPair pair, ParameterSet means)
    {
        var senders = Senders(pair);
        if (senders.Length == 0)
        {
            return null;
        }

        var all = senders.Sum(k => Weight(k, pair.A));
        var (last, mean) = (Contents.Factors(senders[^1], pair), LoraPair.Matrix(means[pair.B]));
        var parts = senders[..^1].Select(k => Contents.Factors(k, pair)).Select(own => new LoraFactors(own.A.Minus(last.A), own.B.Minus(mean), own.Scale)).ToArray();
        return parts.Length == 0
            ? new LoraFactors(new HostMatrix(0, last.A.Columns), new HostMatrix(mean.Rows, 0), 1)
            : LoraFactors.Stack(parts, [.. senders[..^1].Select(k => Weight(k, pair.A) / all)]);
    }

    private int[] Senders(LoraPair pair) => [.. Enumerable.Range(0, Contents.Source.Count).Where(k => Contents.Has(k, pair) && Weight(k, pair.A) > 0)];
}
