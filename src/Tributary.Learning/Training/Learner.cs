using System.Buffers;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Training;

/// <summary>
/// One client's model: a shared backbone, its own adapters as one trainable vector, and a borrowed tape. The tape may be shared by clients that run one after another.
/// </summary>
public sealed class Learner : IGradient, IDerivative, IDisposable
{
    private readonly TokenRows part = new();
    private readonly IReadOnlyList<IAdapter> adapters;
    private readonly Dictionary<TensorKey, Parameter> parameters;
    private readonly Tape tape;
    private readonly ActivationStore? store;
    private readonly IReadOnlyList<int> leftOut;
    private (IAdapter Adapter, float Weight)[] chosen;
    private string[] detached = [];
    private AdapterSet active;
    private FixedBase? fixedBase;
    private Pass? pass;
    private int? frozenBlocks;
    private LowerLayers? lower;

    /// <summary>Allocates the adapters' tensors on the device, zeroed: write values before use. All adapters are active.</summary>
    /// <param name="model">The shared backbone.</param>
    /// <param name="adapters">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="tape">Where passes are recorded.</param>
    /// <param name="store">Keeps what frozen lower blocks give from step to step; null computes it each time.</param>
    /// <param name="leftOut">Blocks that its model is made without; null is none.</param>
    /// <exception cref="ArgumentException">The store is of another model.</exception>
    public Learner(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, Tape tape, ActivationStore? store = null, IReadOnlyList<int>? leftOut = null)
    {
        if (store is not null && store.Model != model)
        {
            throw new ArgumentException("the store holds what another model gave", nameof(store));
        }

        (Model, this.adapters, Objective, this.tape, this.store) = (model, adapters, objective, tape, store);
        Trainable = new TrainableVector(model.Backend, adapters.SelectMany(a => a.Tensors));
        parameters = Trainable.Parameters.ToDictionary(p => p.Key);
        this.leftOut = leftOut ?? [];
        chosen = [.. adapters.Select(a => (a, 1f))];
        active = Compose();
    }

    /// <summary>The shared backbone.</summary>
    public LanguageModel Model { get; }

    /// <summary>Its adapters, active or not.</summary>
    public IReadOnlyList<IAdapter> Adapters => adapters;

    /// <summary>What is minimised; may be changed between passes.</summary>
    public IObjective Objective { get; set; }

    /// <summary>Virtual rows in front of every sequence, which logits have too.</summary>
    public int VirtualRows => active.VirtualRows;

    /// <summary>Positions that soft prompts and prefixes take in front of every sequence.</summary>
    public int PositionsInFront => active.VirtualRows + active.PrefixLength;

    /// <summary>What is trained: values and gradients as flat vectors.</summary>
    public TrainableVector Trainable { get; }

    /// <summary>
    /// Rows of one pass over a model: a larger batch is gone through in parts of whole sequences, so that memory is that of a part. Activations grow with the width and weights
    /// with its square, so that narrow models have fewer rows; more than 512 read the weights no more seldom in effect.
    /// </summary>
    public static int RowsPerPass(ModelShape shape) => Math.Clamp(2 * shape.Width, 256, 512);

    /// <summary>Most rows that a pass has had so far, those of texts that are answered among them, virtual ones not.</summary>
    public int PeakPassRows { get; private set; }

    /// <summary>Largest memory that values, gradients and scratch of a pass have taken so far, in bytes.</summary>
    public long PeakPassBytes => sizeof(float) * tape.Arena.Peak;

    /// <summary>
    /// Blocks, from the first on, below everything that the active adapters change: what they give for a sequence is always the same. 0 for an encoder–decoder model, whose
    /// decoder sees the encoder in every block.
    /// </summary>
    public int FrozenBlocks => frozenBlocks ??= FindFrozenBlocks();

    /// <summary>Weight of the load balance of adapters with experts, which is added to the loss; 0 leaves it out.</summary>
    public double Balance { get; set; }

    /// <summary>Addresses the dropout masks of the next step; change it every step.</summary>
    public ulong DropoutKey { get; set; }

    /// <summary>
    /// Switches adapters: only these act from now on, each with its weight: at every place the result is base + weight · (adapted − base). Values stay where they are, also
    /// those of adapters that are not active; with an empty list the model is the base.
    /// </summary>
    /// <exception cref="InputException">There is no adapter of that name, or one that brings whole tensors has a weight other than 0 and 1.</exception>
    public void Activate(params IReadOnlyList<(string Name, float Weight)> chosen)
    {
        this.chosen = [.. chosen.Select(c => (Find(c.Name), c.Weight))];
        Recompose();
    }

    /// <summary>Says through whose branches no gradient flows to what lies before them; all others let it through. For LoRA at linear layers, without DoRA.</summary>
    /// <exception cref="InputException">There is no adapter of that name, or it is of another kind.</exception>
    public void Detach(params IReadOnlyList<string> names)
    {
        detached = [.. names.Select(name => Find(name) is LoraAdapter { Config.Dora: false } adapter ? adapter.Name : throw new InputException($"the branches of {name} cannot be detached, only those of LoRA"))];
        Recompose();
    }

    /// <summary>Sets the values of trainable tensors, and the updates of base weights that come with them.</summary>
    /// <exception cref="InputException">A tensor is unknown or has another shape.</exception>
    public void Write(ParameterSet values)
    {
        Trainable.Write(values.Where(key => !BaseUpdate.IsPart(key)));
        WriteBase(values.Where(BaseUpdate.IsPart));
    }

    /// <summary>Takes these for the updates of base weights and forgets those before them; an empty set is the base as it is.</summary>
    /// <exception cref="InputException">An update is of no module that has LoRA here.</exception>
    public void WriteBase(ParameterSet updates)
    {
        var before = fixedBase?.Updates ?? ParameterSet.Empty;
        if (updates.Count == before.Count && updates.Zip(before).All(pair => ReferenceEquals(pair.First.Values, pair.Second.Values)))
        {
            return;
        }

        var made = updates.Count == 0 ? null : new FixedBase(Model.Backend, adapters.OfType<LoraAdapter>().SelectMany(a => a.Sites), updates);
        fixedBase?.Dispose();
        fixedBase = made;
        Recompose();
    }

    /// <summary>The values that its adapters' training begins from, a function of the seed alone.</summary>
    public ParameterSet Initial(ulong seed) => new(adapters.SelectMany(a => a.Initial(Model, seed)));

    /// <summary>A learner of other adapters over the same backbone or some of its blocks, objective and tape; only one of the two may work at a time.</summary>
    /// <param name="others">Its adapters; null is the same.</param>
    /// <param name="without">Blocks that its model is made without; null is none.</param>
    public Learner Sibling(IReadOnlyList<IAdapter>? others, IReadOnlyList<int>? without = null) => new(Model, others ?? adapters, Objective, tape, store, without);

    /// <inheritdoc/>
    public double Loss(TokenRows batch) => Sum(batch, TapeMode.Infer, 1).Loss;

    /// <inheritdoc/>
    public double AddGradient(TokenRows batch, float scale = 1) => Sum(batch, TapeMode.Record, scale).Loss;

    /// <inheritdoc/>
    public (double Loss, double Derivative) Derivative(TokenRows batch, Matrix direction)
    {
        var start = 0;
        foreach (var parameter in Trainable.Parameters)
        {
            var length = (int)parameter.Value.Count;
            parameter.Tangent = direction.ColumnRange(start, length).Reshape(parameter.Value.Rows, parameter.Value.Columns);
            start += length;
        }

        var result = Sum(batch, TapeMode.Tangent, 1);
        foreach (var parameter in Trainable.Parameters)
        {
            parameter.Tangent = default;
        }

        return result;
    }

    /// <summary>The derivative of the mean loss along a direction, given as a set of tensors.</summary>
    public double DirectionalDerivative(TokenRows batch, ParameterSet direction)
    {
        using var tangents = new TrainableVector(Model.Backend, Trainable.Parameters.Select(p => (p.Key, p.Shape)));
        tangents.Write(direction);
        return Derivative(batch, tangents.Values).Derivative;
    }

    /// <summary>Logits of every row, [rows, vocabulary], row-major on the host.</summary>
    public float[] Logits(TokenRows batch) => Infer(batch, Model.Logits);

    /// <summary>Scores of every sequence, [sequences, classes], row-major on the host.</summary>
    public float[] Scores(TokenRows batch) => Infer(batch, Model.Scores);

    /// <summary>Of every labelled row what the output layer reads, [rows, width], what it gives, [rows, vocabulary], and the label.</summary>
    public (float[] States, float[] Logits, int[] Labels) Targets(TokenRows batch)
    {
        int[] labels = [];
        var states = Infer(batch, pass =>
        {
            labels = pass.Rows.LabelledRowLabels.ToArray();
            return Model.Finish(pass, Model.Hidden(pass, pass.Rows.Labelled));
        });
        return (states, Infer(batch, pass => Model.Head.Forward(pass, Model.Finish(pass, Model.Hidden(pass, pass.Rows.Labelled)))), labels);
    }

    /// <summary>What the output layer reads of each sequence's last token, [sequences, width], row-major on the host: where the sequence lies for the model.</summary>
    public float[] Embed(TokenRows batch) => Infer(batch, pass => Model.Finish(pass, Model.Hidden(pass, pass.Rows.Pooled(PooledRow.Last))));

    /// <summary>The mean over a batch's rows of what every layer with experts is given, [inputs], under the key of its router.</summary>
    public ParameterSet MeanInputs(TokenRows batch)
    {
        var means = active.Inputs = new InputMeans(Model.Backend);
        try
        {
            Loss(batch);
            return means.Means;
        }
        finally
        {
            active.Inputs = null;
        }
    }

    /// <summary>Runs a pass with the client's adapters and reads its result, into <paramref name="target"/> when that has its length; for generation, with a cache.</summary>
    public float[] Infer(TokenRows batch, Func<Pass, Var> forward, KeyValueCache? cache = null, float[]? target = null)
    {
        tape.Mode = TapeMode.Infer;
        var result = forward(new Pass(tape, active, active.Extend(batch)) { Cache = cache });
        var host = target?.Length == result.Value.Count ? target : new float[result.Value.Count];
        Model.Backend.Read(result.Value, host);
        cache?.Advance(batch);
        tape.Reset();
        return host;
    }

    /// <summary>The same, for who reads the result once and keeps none of it: no memory is taken for it that is not taken anew by the next.</summary>
    public T Infer<T>(TokenRows batch, Func<Pass, Var> forward, Func<ReadOnlySpan<float>, T> read)
    {
        tape.Mode = TapeMode.Infer;
        var result = forward(new Pass(tape, active, active.Extend(batch))).Value;
        var length = checked((int)result.Count);
        var host = ArrayPool<float>.Shared.Rent(length);
        try
        {
            Model.Backend.Read(result, host.AsSpan(0, length));
            return read(host.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(host);
            tape.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Trainable.Dispose();
        fixedBase?.Dispose();
    }

    private void Recompose() => (active, frozenBlocks, lower) = (Compose(), null, null);

    private AdapterSet Compose()
    {
        var set = new AdapterSet(Model) { Detached = detached };
        fixedBase?.Attach(set);
        set.Attach(chosen, key => parameters[key]);
        set.LeaveOut(leftOut);
        return set;
    }

    /// <summary>Where passes are recorded.</summary>
    internal Tape Tape => tape;

    /// <summary>True when all of its adapters act, fully, on the backbone as it is, and tokens are to be predicted.</summary>
    internal bool IsPlain => fixedBase is null && leftOut.Count == 0 && detached.Length == 0 && chosen.Length == adapters.Count && Array.TrueForAll(chosen, c => c.Weight == 1)
        && Objective is LanguageModelling;

    /// <summary>The device values of a tensor.</summary>
    internal Parameter Find(TensorKey key) => parameters[key];

    /// <summary>What runs the blocks below everything that is trained for a batch; null when they are run like the others.</summary>
    internal LowerLayers? LowerFor(TokenRows batch) => batch.Recurs ? Lower : null;

    private IAdapter Find(string name) => adapters.FirstOrDefault(a => a.Name == name)
        ?? throw new InputException($"there is no adapter {name} here, only {string.Join(", ", adapters.Select(a => a.Name))}");

    // The mean loss of a batch and its derivative from those of its parts: each has the share of its terms.
    private (double Loss, double Derivative) Sum(TokenRows batch, TapeMode mode, float scale)
    {
        var limit = RowsPerPass(Model.Shape);
        var end = batch.PartEnd(0, limit, VirtualRows);
        if (end == batch.SegmentCount)
        {
            return Run(batch, mode, scale);
        }

        var terms = (double)Math.Max(Terms(batch), 1);
        var (loss, derivative) = (0.0, 0.0);
        for (var first = 0; first < batch.SegmentCount; first = end)
        {
            end = batch.PartEnd(first, limit, VirtualRows);
            batch.CopyTo(part, first, end);
            var share = Terms(part) / terms;
            if (share > 0)
            {
                var of = Run(part, mode, (float)(scale * share));
                (loss, derivative) = (loss + (share * of.Loss), derivative + (share * of.Derivative));
            }
        }

        return (loss, derivative);
    }

    // A soft prompt has a sequence's first token predicted too.
    private int Terms(TokenRows batch) => Objective.Terms(active.Extend(batch));

    private (double Loss, double Derivative) Run(TokenRows rows, TapeMode mode, float scale)
    {
        PeakPassRows = Math.Max(PeakPassRows, rows.Count + (rows.Source?.Count ?? 0));
        tape.PenaltyWeight = (float)(scale * Balance);
        var loss = Objective.Loss(Model, Begin(rows, mode), scale);
        var (penalty, moved) = tape.Penalty;
        var value = (loss.Scalar + (Balance * penalty), loss.ScalarTangent + (Balance * moved));
        if (mode == TapeMode.Record)
        {
            tape.Backward(loss);
        }

        tape.Reset();
        return value;
    }

    /// <summary>Starts a pass with its adapters; <paramref name="lower"/> stands for the first blocks, null is what is kept of frozen ones.</summary>
    internal Pass Begin(TokenRows batch, TapeMode mode, ILowerBlocks? lower = null)
    {
        var kept = lower ?? LowerFor(batch);
        var rows = active.Extend(batch);
        tape.Mode = mode;
        return (pass ??= new Pass(tape, active, rows)).Restart(active, rows, DropoutKey, kept);
    }

    // What adapters hold moves from round to round. The base's updates lie where adapters are: when all act, none is below the first gradient. What the store holds is of the whole model's blocks.
    private bool KeepsLowerLayers => active.RunsAll && (fixedBase is null || (chosen.Length == adapters.Count && chosen.All(c => c.Weight != 0)));

    private LowerLayers? Lower => store is null || Trainable.HoldsSome || FrozenBlocks == 0 || !KeepsLowerLayers ? null : lower ??= new LowerLayers(store, FrozenBlocks);

    // One token shows where the first gradient is needed.
    private int FindFrozenBlocks()
    {
        if (Model.Encoder is not null)
        {
            return 0;
        }

        var probe = new TokenRows();
        probe.Add([0], []);
        tape.Mode = TapeMode.Record;
        var blocks = LowerLayers.FrozenBlocks(Model, new Pass(tape, active, active.Extend(probe)));
        tape.Reset();
        return blocks;
    }
}
