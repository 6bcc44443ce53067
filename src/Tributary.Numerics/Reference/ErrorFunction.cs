namespace Tributary.Numerics.Reference;

/// <summary>erf and erfc to full double precision by the rational approximations of W. J. Cody, Math. Comp. 23 (1969) 631–637.</summary>
internal static class ErrorFunction
{
    private const double InverseRootPi = 0.56418958354775628695;

    /// <summary>2/√π ∫₀ˣ exp(−t²) dt.</summary>
    public static double Erf(double x) => Math.Abs(x) <= 0.46875 ? Small(x) : x < 0 ? Tail(-x) - 1 : 1 - Tail(x);

    /// <summary>1 − erf(x), accurate in the upper tail.</summary>
    public static double Erfc(double x) => Math.Abs(x) <= 0.46875 ? 1 - Small(x) : x < 0 ? 2 - Tail(-x) : Tail(x);

    private static double Small(double x)
    {
        ReadOnlySpan<double> a =
            [1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
        ReadOnlySpan<double> b = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
        return x * Ratio(a, b, x * x);
    }

    /// <summary>erfc for x above 0.46875, and NaN for NaN.</summary>
    private static double Tail(double x)
    {
        ReadOnlySpan<double> c =
        [
            2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2,
            8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
        ];
        ReadOnlySpan<double> d =
        [
            1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
            3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
        ];
        ReadOnlySpan<double> p =
        [
            1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4,
        ];
        ReadOnlySpan<double> q =
        [
            1, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
        ];
        if (x > 27)
        {
            return 0;
        }

        if (x <= 4)
        {
            return Gaussian(x) * Ratio(c, d, x);
        }

        var z = 1 / (x * x);
        return Gaussian(x) * (InverseRootPi - (z * Ratio(p, q, z))) / x;
    }

    /// <summary>exp(−x²), with x split so that the rounding of the square does not grow.</summary>
    private static double Gaussian(double x)
    {
        var head = Math.Truncate(x * 16) / 16;
        return Math.Exp(-head * head) * Math.Exp(-(x - head) * (x + head));
    }

    private static double Ratio(ReadOnlySpan<double> numerator, ReadOnlySpan<double> denominator, double x)
    {
        var (top, bottom) = (0.0, 0.0);
        for (var i = 0; i < numerator.Length; i++)
        {
            top = (top * x) + numerator[i];
            bottom = (bottom * x) + denominator[i];
        }

        return top / bottom;
    }
}
