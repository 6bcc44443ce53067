using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Cohorts;

/// <summary>Whom each <see cref="Cohort"/> asks, in one place.</summary>
public static class CohortRules
{
    /// <summary>The cohort that starts from a version: a subset of <paramref name="clients"/> (in ordinal order), in ordinal order.</summary>
    public static IReadOnlyList<string> Draw(Cohort cohort, IReadOnlyList<string> clients, long seed, int version) => cohort switch
    {
        Cohort.All or Cohort.Union => clients,
        Cohort.Uniform uniform when Size(uniform, clients.Count) == clients.Count => clients,
        Cohort.Uniform uniform =>
            [.. PhiloxStream.Root(seed).Child("cohort").Child(version).Sequence().Choose(clients.Count, Size(uniform, clients.Count)).Select(index => clients[index])],
        _ => throw new ArgumentException($"unknown cohort {cohort}"),
    };

    /// <summary>How many clients a cohort has, at least one.</summary>
    public static int Size(Cohort cohort, int clients) =>
        cohort is Cohort.Uniform uniform ? Math.Clamp(uniform.Count ?? (int)(uniform.Fraction * clients), 1, clients) : clients;
}
