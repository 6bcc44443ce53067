using Tributary.Federation.Parts.ClassTables;

namespace Tributary.Federation.Parts.Weightings;

/// <summary>
/// Class tables mixed for one receiver (FedHPL, Ma et al. 2024): for each class, senders who have its row weigh by how many samples are behind it, times the exponential of the
/// cosine between the receiver's row and theirs; without a row of its own a receiver sees no cosine.
/// </summary>
public static class ClassAffinity
{
    /// <summary>The mixture. Its counts are sums over the senders, so that a row without samples is one that nobody has.</summary>
    public static ClassTable Mixture(Weighting weighting, ClassTable? own, IReadOnlyList<ClassTable> senders)
    {
        var classes = senders[0].Classes;
        var logits = new float[classes * classes];
        for (var c = 0; c < classes; c++)
        {
            var weights = Weights(weighting, own, senders, c);
            for (var j = 0; j < senders.Count; j++)
            {
                if (senders[j].Row(c) is { } row)
                {
                    for (var i = 0; i < classes; i++)
                    {
                        logits[(c * classes) + i] += (float)(weights[j] * row[i]);
                    }
                }
            }
        }

        return new ClassTable(logits, Sum(table => table.Correct), Sum(table => table.Examples));

        float[] Sum(Func<ClassTable, float[]> counts) => [.. Enumerable.Range(0, classes).Select(c => senders.Sum(table => counts(table)[c]))];
    }

    /// <summary>The senders' weights for a class; they sum to one, or are all zero when nobody has the row.</summary>
    public static double[] Weights(Weighting weighting, ClassTable? own, IReadOnlyList<ClassTable> senders, int c)
    {
        var weights = senders.Select(sender => sender.Row(c) is { } row ? Count(weighting, sender, c) * Affinity(weighting, own?.Row(c), row) : 0).ToArray();
        var sum = weights.Sum();
        return sum > 0 ? [.. weights.Select(weight => weight / sum)] : weights;
    }

    private static double Count(Weighting weighting, ClassTable sender, int c) => weighting is Weighting.Uniform ? 1 : sender.Correct[c];

    private static double Affinity(Weighting weighting, float[]? own, float[] row) => weighting is Weighting.ClassAffinity && own is not null ? Math.Exp(Cosine(own, row)) : 1;

    private static double Cosine(float[] x, float[] y)
    {
        var (dot, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            (dot, xx, yy) = (dot + ((double)x[i] * y[i]), xx + ((double)x[i] * x[i]), yy + ((double)y[i] * y[i]));
        }

        return xx > 0 && yy > 0 ? dot / Math.Sqrt(xx * yy) : 0;
    }
}
