using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// The mean of the updates ΔW themselves, as the best factors of the adaptation's rank in the order of their singular values, so that the first ranks are the best factors of a
/// smaller one (FlexLoRA, Bai et al. 2024). Works on the stacked factors; ΔW is never formed.
/// </summary>
internal static class ProductMean
{
    /// <summary>The factors, and how much of ΔW the rank leaves out.</summary>
    public static (ParameterSet Model, double TruncationError) Join(RoundUpdates updates, Func<int, TensorKey, double> weight, SingularSplit split)
    {
        var joined = new List<HostTensor>();
        var (lost, whole) = (0.0, 0.0);
        foreach (var pair in updates.Pairs)
        {
            if (updates.Stack(pair, weight) is { } mean)
            {
                var best = mean.Truncated(pair.Rank);
                lost += Square(mean.Minus(best).Norm());
                whole += Square(mean.Norm());
                var (a, b) = split == SingularSplit.Balanced ? Shared(best.Balanced(), Math.Sqrt(pair.Scale)) : (best.A, best.B.Scaled(1 / pair.Scale));
                joined.Add(new HostTensor(pair.A, [a.Rows, a.Columns], a.ToSingles()));
                joined.Add(new HostTensor(pair.B, [b.Rows, b.Columns], b.ToSingles()));
            }
        }

        return (new ParameterSet(joined), whole > 0 ? Math.Sqrt(lost / whole) : 0);
    }

    private static (HostMatrix A, HostMatrix B) Shared(LoraFactors factors, double scale) => (factors.A.Scaled(1 / scale), factors.B.Scaled(1 / scale));

    private static double Square(double value) => value * value;
}
