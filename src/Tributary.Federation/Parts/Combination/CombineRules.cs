using Tributary.Learning.Tensors;

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

    /// <summary>
    /// What stands where nobody sent a part of a tensor: of values what the server had, of differences and of sums over all nothing (with all, who sent nothing counts as zeros).
    /// </summary>
    public static ParameterSet Unsent(Combine combine, bool isDelta, ParameterSet model) => isDelta || combine is Combine.Factors { Over: Normaliser.All } ? ParameterSet.Empty : model;

    /// <summary>What a sum is divided by, given the weights of a tensor's senders and of all updates.</summary>
    public static double Divisor(Combine combine, double senders, double all) => combine is Combine.Factors { Over: Normaliser.All } ? all : senders;
}
