using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>How often the first choice is right over whole data sets, batch by batch in their order.</summary>
public static class DatasetAccuracy
{
    // The logits of a batch are all in memory, on the device and again on the host: a megabyte each, or those of one long sequence.
    private const int LogitsPerBatch = 1 << 18;

    /// <summary>Counts with the learner's present values; null where the objective is no choice.</summary>
    public static HitCount? Measure(Learner learner, IReadOnlyList<TokenizedDataset> sets, CancellationToken cancel = default)
    {
        if (!Accuracy.IsDefined(learner))
        {
            return null;
        }

        var most = Math.Clamp(LogitsPerBatch / Math.Max(learner.Model.Shape.Vocabulary, learner.Model.Shape.Classes), 1, DatasetLoss.RowsPerBatch);
        var rows = new TokenRows();
        var (total, pending) = (default(HitCount), 0);
        foreach (var (set, index) in sets.SelectMany(set => Enumerable.Range(0, set.Count).Select(index => (set, index))))
        {
            var length = set.Examples[index].Rows;
            if (pending > 0 && pending + length > most)
            {
                Close();
            }

            set.Append(rows, index);
            pending += length;
        }

        if (pending > 0)
        {
            Close();
        }

        return total;

        void Close()
        {
            cancel.ThrowIfCancellationRequested();
            total += Accuracy.Count(learner, rows);
            rows.Clear();
            pending = 0;
        }
    }
}
