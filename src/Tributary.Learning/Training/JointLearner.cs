using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Training;

/// <summary>
/// Finds the gradients of several clients at once: their rows pass the shared backbone together, each client's LoRA acts on its own rows, and each client has the mean loss and
/// the gradient, bit for bit, that its own learner finds alone. Weights are read, and turned for the way back, once for all.
/// </summary>
public sealed class JointLearner
{
    private readonly IReadOnlyList<Learner> learners;
    private readonly TokenRows rows = new();
    private readonly List<ClientBatch> joined = [];
    private readonly List<LossPart> parts = [];
    private readonly double[] means;
    private readonly AdapterSet adapters;
    private readonly Pass pass;

    /// <summary>Takes the clients' learners, which share backbone, objective and tape and have the same adapters, all of them active.</summary>
    /// <exception cref="ArgumentException">Such learners cannot be joined (see <see cref="CanJoin"/>), or they share no tape.</exception>
    public JointLearner(IReadOnlyList<Learner> learners)
    {
        var first = learners[0];
        if (!CanJoin(first.Model, first.Adapters, first.Objective) || learners.Any(l => l.Tape != first.Tape || !l.Adapters.SequenceEqual(first.Adapters)))
        {
            throw new ArgumentException("learners are joined that share a tape and train the same LoRA at linear layers of a model that predicts tokens", nameof(learners));
        }

        this.learners = learners;
        means = new double[learners.Count];
        adapters = new AdapterSet(first.Model);
        foreach (var adapter in first.Adapters.Cast<LoraAdapter>())
        {
            adapter.Attach(adapters, [.. learners.Select<Learner, Func<TensorKey, Parameter>>(l => l.Find)]);
        }

        pass = new Pass(first.Tape, adapters, rows);
    }

    /// <summary>Rows of a client's batch up to which it joins: with more the weights are read seldom enough without the others.</summary>
    public static int MostRows => 64;

    /// <summary>Whether clients that train these adapters can be joined: LoRA at linear layers of the blocks, nothing of the base, next or hidden tokens predicted.</summary>
    public static bool CanJoin(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective) =>
        model.Encoder is null && objective is LanguageModelling && adapters.All(adapter => adapter is LoraAdapter { ActsByRow: true });

    /// <summary>Adds to each client's gradient that of its batch's mean loss, times its scale, and says the loss. Batches of many rows, or without labels, are not joined.</summary>
    public void AddGradients(IReadOnlyList<ClientBatch> batches)
    {
        for (var i = 0; i < batches.Count; i++)
        {
            if (!Joins(batches[i].Rows))
            {
                RunAlone(batches[i]);
            }
        }

        // A last block that leaves rows out sums gradients in another order.
        AddGradients(batches, leavesRowsOut: true);
        AddGradients(batches, leavesRowsOut: false);
    }

    private static bool Joins(TokenRows batch) => batch.Count <= MostRows && batch.LabelledRows > 0;

    private void AddGradients(IReadOnlyList<ClientBatch> batches, bool leavesRowsOut)
    {
        var limit = Learner.RowsPerPass(learners[0].Model.Shape);
        var count = 0;
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            if (!Joins(batch.Rows) || batch.Rows.SpansOf(batch.Rows.Labelled) is not null != leavesRowsOut)
            {
                continue;
            }

            if (count + batch.Rows.Count > limit)
            {
                RunJoined();
                count = 0;
            }

            joined.Add(batch);
            count += batch.Rows.Count;
        }

        RunJoined();
    }

    private void RunJoined()
    {
        if (joined.Count == 1)
        {
            RunAlone(joined[0]);
        }
        else if (joined.Count > 1)
        {
            RunTogether();
        }

        joined.Clear();
    }

    private void RunAlone(ClientBatch batch) => batch.Loss = learners[batch.Client].AddGradient(batch.Rows, batch.Scale);

    private void RunTogether()
    {
        rows.Clear();
        parts.Clear();
        foreach (var batch in joined)
        {
            rows.AddClient(batch.Client, learners[batch.Client].DropoutKey, batch.Rows);
            parts.Add(new LossPart(batch.Rows.LabelledRows, batch.Scale));
        }

        var (first, lower) = (learners[0], learners[0].LowerFor(rows));
        first.Tape.Mode = TapeMode.Record;
        first.Tape.Backward(LanguageModelling.Losses(first.Model, pass.Restart(adapters, rows, 0, lower), parts, means));
        first.Tape.Reset();
        for (var i = 0; i < joined.Count; i++)
        {
            joined[i].Loss = means[i];
        }
    }
}
