using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Parts.Paces;

/// <summary>When each <see cref="Pace"/> closes a version and what it accepts, in one place.</summary>
public static class PaceRules
{
    /// <summary>True when enough answers of a cohort have arrived.</summary>
    public static bool IsComplete(Pace pace, int cohort, int received) => received >= Awaited(pace, cohort);

    /// <summary>How many answers of a cohort, or of all clients where they overlap, a version waits for.</summary>
    public static int Awaited(Pace pace, int cohort) => pace switch
    {
        Pace.WholeCohort => cohort,
        Pace.FirstK first => Math.Min(first.K, cohort),
        Pace.Buffer buffer => Math.Min(buffer.Size, cohort),
        _ => throw new ArgumentException($"unknown pace {pace}"),
    };

    /// <summary>How many versions may have been made since the one that an answer started from.</summary>
    public static int MostStale(Pace pace) => pace is Pace.Buffer buffer ? buffer.MostStale : 0;

    /// <summary>Whether clients work from one version on while others are closed.</summary>
    public static bool Overlaps(Pace pace) => pace is Pace.Buffer;

    /// <summary>True when an update that started from <paramref name="startVersion"/> may count for <paramref name="version"/>.</summary>
    public static bool Accepts(Pace pace, int version, int startVersion) => version - startVersion >= 0 && version - startVersion <= MostStale(pace);

    /// <summary>
    /// Whom to ask next, from the newest version on: nobody while answers wait to be taken, then as many as are missing. Each is drawn given those before it, so that half of them
    /// and then the rest are the same clients.
    /// </summary>
    /// <param name="method">The parts that hold.</param>
    /// <param name="clients">All clients, in id order.</param>
    /// <param name="busy">Those at work.</param>
    /// <param name="asked">Those who were asked to work on this version.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="version">The version.</param>
    /// <param name="hasArrived">Whether answers wait.</param>
    public static IEnumerable<string> Refill(
        Method method, IReadOnlyList<string> clients, IReadOnlySet<string> busy, IReadOnlySet<string> asked, long seed, int version, bool hasArrived)
    {
        if (method.Pace is not Pace.Buffer buffer || hasArrived)
        {
            yield break;
        }

        var idle = clients.Where(client => !busy.Contains(client) && !asked.Contains(client)).ToList();
        var missing = Math.Min((buffer.InFlight ?? CohortRules.Size(method.Cohort, clients.Count)) - busy.Count, idle.Count);
        var stream = PhiloxStream.Root(seed).Child("refill").Child(version);
        for (var (place, first) = (asked.Count, asked.Count); place < first + missing; place++)
        {
            var drawn = stream.Child(place).Sequence().Choose(idle.Count, 1)[0];
            yield return idle[drawn];
            idle.RemoveAt(drawn);
        }
    }
}
