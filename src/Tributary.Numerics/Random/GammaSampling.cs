namespace Tributary.Numerics.Random;

/// <summary>Gamma and Dirichlet numbers out of a sequence (Marsaglia and Tsang, ACM TOMS 26 (2000) 363–372).</summary>
public static class GammaSampling
{
    /// <summary>A gamma number of the given shape (positive) and scale 1. Shapes near 0 may give 0.</summary>
    public static double Gamma(this PhiloxSequence sequence, double shape) => PortableMath.Exp(LogGamma(sequence, shape));

    /// <summary>
    /// Fills with a point of the simplex from the symmetric Dirichlet distribution. Computed with logarithms, so that it sums to 1 however small
    /// <paramref name="concentration"/> is.
    /// </summary>
    public static void Dirichlet(this PhiloxSequence sequence, double concentration, Span<double> destination)
    {
        destination.Fill(concentration);
        Dirichlet(sequence, destination, destination);
    }

    /// <summary>Fills with a point of the simplex from the Dirichlet distribution; the spans have equal lengths and may be the same.</summary>
    public static void Dirichlet(this PhiloxSequence sequence, ReadOnlySpan<double> concentrations, Span<double> destination)
    {
        if (concentrations.Length != destination.Length || destination.IsEmpty)
        {
            throw new ArgumentException($"{concentrations.Length} concentrations for {destination.Length} probabilities");
        }

        var top = double.NegativeInfinity;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = LogGamma(sequence, concentrations[i]);
            top = Math.Max(top, destination[i]);
        }

        var total = 0.0;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = PortableMath.Exp(destination[i] - top);
            total += destination[i];
        }

        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] /= total;
        }
    }

    private static double LogGamma(PhiloxSequence sequence, double shape)
    {
        if (!(shape > 0) || double.IsInfinity(shape))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "a gamma shape is a positive number");
        }

        if (shape < 1)
        {
            // G(a) = G(a + 1) · U^(1/a)
            return LogGamma(sequence, shape + 1) + (LogUniform(sequence) / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = sequence.Normal();
            var v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && LogUniform(sequence) < (0.5 * x * x) + d - (d * v) + (d * PortableMath.Log(v)))
            {
                return PortableMath.Log(d) + PortableMath.Log(v);
            }
        }
    }

    /// <summary>The logarithm of a uniform number in the open interval (0, 1).</summary>
    private static double LogUniform(PhiloxSequence sequence) => PortableMath.Log(sequence.UniformDouble() + (0.5 / (1L << 53)));
}
