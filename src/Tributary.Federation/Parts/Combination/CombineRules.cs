namespace Tributary.Federation.Parts.Combination;

/// <summary>What each <see cref="Combine"/> does, in one place.</summary>
public static class CombineRules
{
    /// <summary>The rule for one stretch of values.</summary>
    public static IBlockRule For(Combine combine) => combine switch
    {
        Combine.Factors => new LinearSum(),
        Combine.Median => SortedRule.Median(),
        Combine.TrimmedMean trimmed => SortedRule.TrimmedMean(trimmed.Fraction),
        _ => throw new ArgumentException($"unknown combination {combine}"),
    };

    /// <summary>What a sum is divided by, given the weights of a tensor's senders and of all updates.</summary>
    public static double Divisor(Combine combine, double senders, double all) => combine is Combine.Factors { Over: Normaliser.All } ? all : senders;
}
