using Tributary.Federation.Rounds;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>What each <see cref="Weighting"/> gives an update, in one place.</summary>
public static class WeightingRules
{
    /// <summary>The weight of an update; weights need not sum to one.</summary>
    public static double Of(Weighting weighting, Update update) => weighting switch
    {
        Weighting.Examples => update.Examples,
        Weighting.Uniform => 1,
        _ => throw new ArgumentException($"unknown weighting {weighting}"),
    };
}
