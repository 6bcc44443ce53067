namespace Tributary.Numerics.Random;

/// <summary>
/// Elementary functions out of additions, multiplications and divisions alone, so that random numbers have the same bits on every machine whatever its
/// mathematics library; errors are a few units in the last place.
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01; // the upper 32 bits of ln 2: k · Ln2High is exact
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Natural logarithm of a positive, normal, finite number.</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh s with s = (m − 1) / (m + 1), |s| < 0.172
        var f = mantissa - 1;
        var s = f / (2 + f);
        var square = s * s;
        var series = 0.0;
        for (var n = 25; n >= 3; n -= 2)
        {
            series = (series + (1.0 / n)) * square;
        }

        return (exponent * Ln2High) + ((2 * s) + ((2 * s * series) + (exponent * Ln2Low)));
    }

    /// <summary>Exponential; 0 below −708 and infinity above 709.</summary>
    public static double Exp(double x)
    {
        if (!(x > -708 && x < 709))
        {
            return x >= 709 ? double.PositiveInfinity : x <= -708 ? 0 : double.NaN;
        }

        var k = Math.Round(x / 0.6931471805599453);
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var series = 1.0;
        for (var n = 15; n >= 1; n--)
        {
            series = 1 + (series * r / n);
        }

        return Math.ScaleB(series, (int)k);
    }

    /// <summary>Sine and cosine of 2π · turns, turns in [0, 1].</summary>
    public static (double Sin, double Cos) SinCosTurns(double turns)
    {
        var quadrant = (int)Math.Round(turns * 4);
        var angle = (turns - (quadrant * 0.25)) * 6.283185307179586; // |angle| ≤ π/4; the difference is exact
        var square = angle * angle;
        var (sin, cos) = (1.0, 1.0);
        for (var n = 18; n >= 2; n -= 2)
        {
            sin = 1 - (sin * square / (n * (n + 1)));
            cos = 1 - (cos * square / (n * (n - 1)));
        }

        sin *= angle;
        return (quadrant & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }
}
