namespace Tributary.Federation.Results;

/// <summary>How evenly the owners fare, over the losses of the federated model on each owner's own validation set.</summary>
/// <param name="Mean">Mean over owners, each counted once.</param>
/// <param name="Variance">Population variance over owners.</param>
/// <param name="Worst">The largest loss.</param>
/// <param name="WorstTenth">Mean of the worst tenth of the owners, at least one.</param>
/// <param name="Gap">Largest less smallest.</param>
public sealed record Fairness(double Mean, double Variance, double Worst, double WorstTenth, double Gap)
{
    /// <summary>The figures of these losses.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Fairness Of(IReadOnlyCollection<double> losses)
    {
        if (losses.Count == 0)
        {
            throw new ArgumentException("fairness needs at least one owner", nameof(losses));
        }

        var ordered = losses.OrderDescending().ToArray();
        var mean = ordered.Average();
        var tenth = (ordered.Length + 9) / 10;
        return new Fairness(mean, ordered.Average(loss => (loss - mean) * (loss - mean)), ordered[0], ordered.Take(tenth).Average(), ordered[0] - ordered[^1]);
    }
}
