namespace Tributary.Federation.Parts.Weightings;

/// <summary>Standard scores of a few numbers.</summary>
internal static class Standard
{
    /// <summary>Numbers that were calculated from losses in single precision are alike when they differ by less.</summary>
    public const double SinglePrecision = 1e-6;

    /// <summary>(x − mean) / deviation, cut to ±2; zeros when the deviation is below the least. What is not finite scores zero and moves nobody else.</summary>
    public static double[] Scores(IReadOnlyList<double> values, double leastDeviation = 1e-12)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        var mean = finite.DefaultIfEmpty().Average();
        var deviation = Math.Sqrt(finite.Select(value => (value - mean) * (value - mean)).DefaultIfEmpty().Average());
        return [.. values.Select(value => deviation < leastDeviation || !double.IsFinite(value) ? 0 : Math.Clamp((value - mean) / deviation, -2, 2))];
    }
}
