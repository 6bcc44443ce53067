namespace Tributary.Simulation.Benchmarks;

/// <summary>Times several kinds of work turn by turn, so that whatever else the machine does falls on all of them alike.</summary>
internal static class Interleaved
{
    /// <summary>Milliseconds of every turn, [kind][turn]; each turn runs every kind once, beginning with another one.</summary>
    public static double[][] Time(IReadOnlyList<Action<int>> kinds, int turns, TimeProvider time, CancellationToken cancel)
    {
        var milliseconds = kinds.Select(_ => new double[turns]).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < kinds.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                var kind = (turn + i) % kinds.Count;
                var start = time.GetTimestamp();
                kinds[kind](turn);
                milliseconds[kind][turn] = time.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return milliseconds;
    }

    /// <summary>Best and median.</summary>
    public static Spread SpreadOf(double[] milliseconds) => new(milliseconds.Min(), Median(milliseconds));

    /// <summary>The middle value.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
