using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>A sum of losses and how many terms it is over, so that means over several owners join exactly.</summary>
public readonly record struct LossSum(double Sum, long Terms)
{
    /// <summary>The mean loss, in nats.</summary>
    public double Mean => Sum / Math.Max(Terms, 1);

    /// <summary>Joins two sums.</summary>
    public static LossSum operator +(LossSum a, LossSum b) => new(a.Sum + b.Sum, a.Terms + b.Terms);
}

/// <summary>The loss over a whole data set, batch by batch in the set's order.</summary>
public static class DatasetLoss
{
    /// <summary>A batch is closed when it has so many rows.</summary>
    public const int RowsPerBatch = 2048;

    /// <summary>Measures with the learner's present values.</summary>
    public static LossSum Measure(Learner learner, TokenizedDataset data, CancellationToken cancel = default)
    {
        var rows = new TokenRows();
        var numbers = new List<int>();
        var total = default(LossSum);
        var pending = 0;
        for (var i = 0; i < data.Count; i++)
        {
            numbers.Add(i);
            pending += data.Examples[i].Rows;
            if (pending >= RowsPerBatch || i == data.Count - 1)
            {
                cancel.ThrowIfCancellationRequested();
                data.Fill(rows, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers));
                var terms = learner.Objective.Terms(rows);
                total += new LossSum(learner.Loss(rows) * terms, terms);
                numbers.Clear();
                pending = 0;
            }
        }

        return total;
    }
}
