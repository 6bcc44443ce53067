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

    /// <summary>Takes the clients' learners, which share backbone, objective and tape and have the same adapters.</summary>
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
    public const int MostRows = 64;

    /// <summary>Most rows of a joint pass: more would take memory for activations and gain little.</summary>
    public const int RowsPerPass = 256;

    /// <summary>Whether clients that train these adapters can be joined: LoRA at linear layers of the blocks, nothing of the base, next or hidden tokens predicted.</summary>
    public static bool CanJoin(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective) =>
        model.Encoder is null && objective is LanguageModelling && adapters.All(adapter => adapter is LoraAdapter { ActsByRow: true });

    /// <summary>
    /// Adds to each client's gradient that of its batch's mean loss, times its scale, and says the loss. Not joined are batches of many rows or without labels, and learners with
    /// updates of the backbone or with adapters that do not all act.
    /// </summary>
    public void AddGradients(IReadOnlyList<ClientBatch> batches)
    {
        for (var i = 0; i < batches.Count; i++)
        {
            if (!Joins(batches[i]))
            {
                RunAlone(batches[i]);
            }
        }

        // Passes whose last block leaves rows out sum gradients in another order than those that do not.
        AddGradients(batches, leavesRowsOut: true);
        AddGradients(batches, leavesRowsOut: false);
    }

    private bool Joins(ClientBatch batch) => batch.Rows.Count <= MostRows && batch.Rows.LabelledRows > 0 && learners[batch.Client].IsPlain;

    private void AddGradients(IReadOnlyList<ClientBatch> batches, bool leavesRowsOut)
    {
        joined.Clear(); // a step that failed may have left some
        var count = 0;
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            if (!Joins(batch) || batch.Rows.SpansOf(batch.Rows.Labelled) is not null != leavesRowsOut)
            {
                continue;
            }

            if (count + batch.Rows.Count > RowsPerPass)
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

        var first = learners[joined[0].Client];
        var lower = first.LowerFor(rows);
        first.Tape.Mode = TapeMode.Record;
        first.Tape.Backward(LanguageModelling.Losses(first.Model, pass.Restart(adapters, rows, 0, lower), parts, means));
        first.Tape.Reset();
        for (var i = 0; i < joined.Count; i++)
        {
            joined[i].Loss = means[i];
        }
    }
}
