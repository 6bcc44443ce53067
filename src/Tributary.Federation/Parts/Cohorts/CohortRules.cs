using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Paces;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Cohorts;

/// <summary>Whom each <see cref="Cohort"/> asks, in one place.</summary>
public static class CohortRules
{
    /// <summary>Name of the one who holds the rows of all.</summary>
    public const string Pooled = "pooled";

    /// <summary>The cohort that starts from a version: a subset of <paramref name="clients"/> (in ordinal order), in ordinal order.</summary>
    public static IReadOnlyList<string> Draw(Cohort cohort, IReadOnlyList<string> clients, long seed, int version) => cohort switch
    {
        Cohort.All or Cohort.Union => clients,
        Cohort.Uniform uniform when Size(uniform, clients.Count) == clients.Count => clients,
        Cohort.Uniform uniform =>
            [.. PhiloxStream.Root(seed).Child("cohort").Child(version).Sequence().Choose(clients.Count, Size(uniform, clients.Count)).Select(index => clients[index])],
        _ => throw new ArgumentException($"unknown cohort {cohort}"),
    };

    /// <summary>The number of owners that a cohort names; null when it names none.</summary>
    public static int? Asked(Cohort cohort) => cohort switch
    {
        Cohort.Uniform uniform => uniform.Count,
        Cohort.Union union => union.Count,
        _ => null,
    };

    /// <summary>How many owners do the work of a round, at least one.</summary>
    public static int Size(Cohort cohort, int owners) => cohort switch
    {
        Cohort.Uniform uniform => Math.Clamp(uniform.Count ?? (int)(uniform.Fraction * owners), 1, owners),
        Cohort.Union union => Math.Clamp(union.Count ?? owners, 1, owners),
        _ => owners,
    };

    /// <summary>How many owners' work a round joins, at least one: the work of a round for a model that is trained on pooled rows.</summary>
    public static int Joined(Method method, int owners) => PaceRules.Awaited(method.Pace, Size(method.Cohort, owners));

    /// <summary>Whether messages of a round travel between two parties; nobody sends to himself.</summary>
    public static bool Travels(Cohort cohort) => cohort is not Cohort.Union;
}
