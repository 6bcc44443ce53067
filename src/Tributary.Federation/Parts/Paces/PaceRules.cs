namespace Tributary.Federation.Parts.Paces;

/// <summary>When each <see cref="Pace"/> closes a version and what it accepts, in one place.</summary>
public static class PaceRules
{
    /// <summary>True when enough answers of a cohort have arrived.</summary>
    public static bool IsComplete(Pace pace, int cohort, int received) => received >= Awaited(pace, cohort);

    /// <summary>How many answers of a cohort a version waits for.</summary>
    public static int Awaited(Pace pace, int cohort) => pace switch
    {
        Pace.WholeCohort => cohort,
        Pace.FirstK first => Math.Min(first.K, cohort),
        _ => throw new ArgumentException($"unknown pace {pace}"),
    };

    /// <summary>True when an update that started from <paramref name="startVersion"/> may count for <paramref name="version"/>.</summary>
    public static bool Accepts(Pace pace, int version, int startVersion) => pace switch
    {
        Pace.WholeCohort or Pace.FirstK => startVersion == version,
        _ => throw new ArgumentException($"unknown pace {pace}"),
    };
}
