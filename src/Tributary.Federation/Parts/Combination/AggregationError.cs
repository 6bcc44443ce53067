using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Combination;

/// <summary>
/// ‖mean(B)·mean(A) − mean(BA)‖ / ‖mean(BA)‖ over all modules, scales counted: how far averaged factors are from the average update. Calculated on the factors, by their Gram
/// matrices.
/// </summary>
internal static class AggregationError
{
    /// <summary>Stacks with more ranks are not measured: the work grows with the square of their number.</summary>
    public const int MostRanks = 512;

    /// <summary>The error of joined factors; null when there are none, or too many.</summary>
    public static double? Of(RoundUpdates updates, Func<int, TensorKey, double> weight, ParameterSet joined)
    {
        var (error, whole) = (0.0, 0.0);
        foreach (var pair in updates.Pairs)
        {
            if (!joined.TryGet(pair.A, out var a) || !joined.TryGet(pair.B, out var b) || updates.Stack(pair, weight) is not { } mean)
            {
                continue;
            }

            if (mean.A.Rows > MostRanks)
            {
                return null;
            }

            var norm = mean.Norm();
            var off = mean.Minus(new LoraFactors(LoraPair.Matrix(a), LoraPair.Matrix(b), pair.Scale)).Norm();
            (error, whole) = (error + (off * off), whole + (norm * norm));
        }

        return whole > 0 ? Math.Sqrt(error / whole) : null;
    }
}
