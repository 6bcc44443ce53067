namespace Tributary.Simulation.Studies.Compare;

/// <summary>
/// How long a comparison will still take: what is left on each data set at the pace of the runs that were played there, or at that of the others where none was yet. Runs that
/// were whole already tell nothing of the pace.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="runs">How many runs each data set has.</param>
public sealed class TimeLeft(TimeProvider time, IEnumerable<KeyValuePair<string, int>> runs)
{
    private readonly Dictionary<string, Pace> paces = runs.ToDictionary(pair => pair.Key, pair => new Pace { Left = pair.Value }, StringComparer.Ordinal);
    private Pace? open;
    private long since;

    /// <summary>Runs that are not done.</summary>
    public int Runs => paces.Values.Sum(pace => pace.Left);

    /// <summary>The time they will take; null before the first was played.</summary>
    public TimeSpan? Estimate
    {
        get
        {
            var known = paces.Values.Where(pace => pace.Played > 0).ToArray();
            return known.Length == 0 ? null : TimeSpan.FromSeconds(paces.Values.Sum(pace => pace.Left * (pace.Played > 0 ? pace.Each : known.Average(other => other.Each))));
        }
    }

    /// <summary>Work on a data set begins.</summary>
    public void Open(string data) => (open, since) = (paces[data], time.GetTimestamp());

    /// <summary>A run of the data set that was opened last is done.</summary>
    /// <param name="wasWhole">Whether it was before.</param>
    /// <exception cref="InvalidOperationException">No data set was opened.</exception>
    public void Finish(bool wasWhole)
    {
        var pace = open ?? throw new InvalidOperationException("no data set was opened");
        var now = time.GetTimestamp();
        pace.Left--;
        pace.Played += wasWhole ? 0 : 1;
        pace.Seconds += wasWhole ? 0 : time.GetElapsedTime(since, now).TotalSeconds;
        since = now;
    }

    private sealed class Pace
    {
        public int Left { get; set; }

        public int Played { get; set; }

        public double Seconds { get; set; }

        public double Each => Seconds / Played;
    }
}
