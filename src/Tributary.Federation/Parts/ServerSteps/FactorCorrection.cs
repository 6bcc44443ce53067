using Tributary.Learning.Adaptation.Lora;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>
/// The correction D of a factor B for which (B + D)·A is nearest to a target W, D held small. W is given by its factors: all that is needed of it is its norm and WAᵀ, so that it is
/// never formed.
/// </summary>
internal static class FactorCorrection
{
    /// <summary>argmin ‖W − (B + D)A‖² + lambda·‖D‖² = (W − BA)Aᵀ(AAᵀ + lambda·I)⁻¹; where that has no inverse, the smallest D.</summary>
    public static HostMatrix BySquaredError(LoraFactors target, HostMatrix a, HostMatrix b, double lambda)
    {
        // With A = UΣVᵀ the inverse is U(Σ² + lambda)⁻¹Uᵀ.
        var svd = JacobiSvd.Of(a);
        var rotated = Towards(target, a).Minus(b.Times(a.Times(a.Transposed()))).Times(svd.U);
        for (var i = 0; i < rotated.Rows; i++)
        {
            for (var k = 0; k < rotated.Columns; k++)
            {
                var divisor = (svd.S[k] * svd.S[k]) + lambda;
                rotated[i, k] = divisor > 0 ? rotated[i, k] / divisor : 0;
            }
        }

        return rotated.Times(svd.U.Transposed());
    }

    /// <summary>Descends 1 − cos(W, (B + D)A) + lambda·‖D‖² from D = 0; a step that would not descend is halved.</summary>
    public static HostMatrix ByCosine(LoraFactors target, HostMatrix a, HostMatrix b, double lambda, int steps, double rate)
    {
        var (towards, gram, norm) = (Towards(target, a), a.Times(a.Transposed()), target.Norm());
        var correction = new HostMatrix(b.Rows, b.Columns);
        var (value, slope) = At(correction);
        for (var step = 0; step < steps && slope is not null; step++)
        {
            var next = correction.Minus(slope.Scaled(rate));
            var (lower, following) = At(next);
            if (lower < value)
            {
                (correction, value, slope) = (next, lower, following);
            }
            else
            {
                rate /= 2;
            }
        }

        return correction;

        // Nothing is near to a product of zero.
        (double Value, HostMatrix? Slope) At(HostMatrix d)
        {
            var x = b.Plus(d);
            var turned = x.Times(gram);
            var (length, along) = (Math.Sqrt(Math.Max(0, Dot(turned, x))), Dot(towards, x));
            return length * norm == 0
                ? (double.PositiveInfinity, null)
                : (1 - (along / (norm * length)) + (lambda * Dot(d, d)),
                    turned.Scaled(along / (norm * length * length * length)).Minus(towards.Scaled(1 / (norm * length))).Plus(d.Scaled(2 * lambda)));
        }
    }

    // WAᵀ.
    private static HostMatrix Towards(LoraFactors target, HostMatrix a) => target.B.Times(target.A.Times(a.Transposed())).Scaled(target.Scale);

    private static double Dot(HostMatrix x, HostMatrix y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Values.Length; i++)
        {
            sum += x.Values[i] * y.Values[i];
        }

        return sum;
    }
}
