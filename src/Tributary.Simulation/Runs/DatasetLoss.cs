using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
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

/// <summary>The loss over whole data sets, batch by batch in their order.</summary>
public static class DatasetLoss
{
    /// <summary>A batch is closed when it has so many rows.</summary>
    public const int RowsPerBatch = 2048;

    /// <summary>Measures with the learner's present values; a batch may reach from one set into the next.</summary>
    public static LossSum Measure(Learner learner, IReadOnlyList<TokenizedDataset> sets, CancellationToken cancel = default) => Measure(learner, learner.Objective, sets, cancel);

    /// <summary>The same with something that gives the loss of a model in its place.</summary>
    public static LossSum Measure(ILoss model, IObjective objective, IReadOnlyList<TokenizedDataset> sets, CancellationToken cancel = default)
    {
        var rows = new TokenRows();
        var total = default(LossSum);
        var pending = 0;
        foreach (var set in sets)
        {
            for (var i = 0; i < set.Count; i++)
            {
                set.Append(rows, i);
                pending += set.Examples[i].Rows;
                if (pending >= RowsPerBatch)
                {
                    Close();
                }
            }
        }

        if (pending > 0)
        {
            Close();
        }

        return total;

        void Close()
        {
            cancel.ThrowIfCancellationRequested();
            var terms = objective.Terms(rows);
            total += new LossSum(model.Loss(rows) * terms, terms);
            rows.Clear();
            pending = 0;
        }
    }
}
