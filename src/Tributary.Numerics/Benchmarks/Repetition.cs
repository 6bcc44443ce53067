namespace Tributary.Numerics.Benchmarks;

/// <summary>Times an action again and again: a warm-up, then at least five runs and half a second.</summary>
internal static class Repetition
{
    private const int WarmUps = 3;
    private const int Fewest = 5;
    private const int MostTogether = 1 << 16;
    private static readonly TimeSpan Measurable = TimeSpan.FromMicroseconds(20);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);

    /// <summary>The rate at which <paramref name="action"/> does <paramref name="work"/> units, in billions a second.</summary>
    public static Rate Measure(TimeProvider time, double work, Action action)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            action();
        }

        var together = Together(time, action);
        var seconds = new List<double>();
        var begin = time.GetTimestamp();
        while (seconds.Count < Fewest || time.GetElapsedTime(begin) < Shortest)
        {
            var start = time.GetTimestamp();
            Repeat(action, together);
            seconds.Add(time.GetElapsedTime(start).TotalSeconds / together);
        }

        seconds.Sort();
        return new(work / seconds[0] / 1e9, work / seconds[seconds.Count / 2] / 1e9);
    }

    // What is shorter than the clock can tell is timed several times at once.
    private static int Together(TimeProvider time, Action action)
    {
        for (var count = 1; ; count *= 2)
        {
            var start = time.GetTimestamp();
            Repeat(action, count);
            if (time.GetElapsedTime(start) >= Measurable || count == MostTogether)
            {
                return count;
            }
        }
    }

    private static void Repeat(Action action, int count)
    {
        for (var i = 0; i < count; i++)
        {
            action();
        }
    }
}
