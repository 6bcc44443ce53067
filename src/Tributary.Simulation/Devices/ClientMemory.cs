using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Cuts;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Devices;

/// <summary>
/// Memory of a client as a process of its own, from its part of the model, its rows and one real pass. It depends on nothing that differs from one start to the next, because
/// who takes part may depend on it.
/// </summary>
internal sealed class ClientMemory
{
    /// <summary>What a learner's thread holds: stack, scratch of kernels, what the allocators keep for it.</summary>
    public const long ThreadBytes = 8_000_000;

    // Measured: a process of this tool at work, with garbage between two collections.
    private const long ToolBytes = 79_000_000;

    // Measured on a vocabulary of 50 257 tokens: the token, its places in the tables, its merge.
    private const long BytesPerToken = 420;

    // Ids and labels of a token, and the objects that hold a sequence.
    private const long BytesPerId = 2 * sizeof(int), BytesPerExample = 120;

    // Updates of base weights as received and on the device.
    private const int UpdateCopies = 2;

    // Rows at a cut, and their gradient where one comes, each as read from the device or to be written there and as a message.
    private const int CopiesAtCut = 2;

    private readonly RunSetup setup;
    private readonly Backbone backbone;
    private readonly MeasuredSteps steps;
    private readonly TensorLayout layout;
    private readonly bool isCut;
    private readonly int batch;

    /// <param name="setup">The run.</param>
    /// <param name="backbone">The base that the client holds.</param>
    /// <param name="steps">What passes over it take.</param>
    public ClientMemory(RunSetup setup, Backbone backbone, MeasuredSteps steps)
    {
        (this.setup, this.backbone, this.steps, layout) = (setup, backbone, steps, backbone.Layout);
        var phases = setup.Method.At(1).LocalProgram.Phases;
        (isCut, batch) = (setup.Method.At(1).LocalProgram.Cut is not null, phases.Max(phase => phase.BatchSize));
        VectorBytes = layout.Elements * phases.Max(phase => BytesPerParameter(phase, setup.Backend));
    }

    /// <summary>What every process holds: the tool and the tokenizer.</summary>
    public long ProgramBytes => ToolBytes + TokenizerBytes;

    /// <summary>What its tokenizer holds.</summary>
    public long TokenizerBytes => BytesPerToken * backbone.Tokenizer.VocabularySize;

    /// <summary>Values, gradient and moments of a client that holds everything.</summary>
    public long VectorBytes { get; }

    /// <summary>What an owner needs, updates of the base of so many bytes among it. Of a cut model it has what is below the cut, which is trained and never measured by itself.</summary>
    public MemoryNeed Of(OwnerData owner, long updateBytes) => HoldingOf(owner, MessageBody.Empty) is { Cut: { } blocks } below
        ? new(ProgramBytes + ThreadBytes, backbone.Model.BytesBelow(blocks, CutRules.HasExits(setup.Method)), RowBytes(owner), BytesOf(below.Of(layout)), TrainingBytes(owner), 0, 0)
        : OfWhole(owner, updateBytes);

    private MemoryNeed OfWhole(OwnerData owner, long updateBytes) => new(
        ProgramBytes + ThreadBytes, backbone.Model.DeviceBytes, RowBytes(owner), HeldBytes(LargestOf(owner)), PassBytes(owner),
        UpdateCopies * updateBytes, ReuseForecast.Of(setup.ActivationLimits, backbone.Model, steps.FrozenBlocks, [owner])?.MemoryBytes ?? 0);

    /// <summary>Values, gradient and moments that an owner has in the first round.</summary>
    public long HeldBytes(OwnerData owner) => HeldBytes(HoldingOf(owner, MessageBody.Empty));

    /// <summary>The largest pass of an owner: training, or measuring the model where batches are much smaller than those of a measurement.</summary>
    public long PassBytes(OwnerData owner)
    {
        var held = owner.Validation is { } validation ? Bytes(steps.Evaluation, LargestPass(validation, validation.Count)) : 0;
        return Math.Max(Math.Max(TrainingBytes(owner), held), Bytes(steps.Evaluation, LargestPass(owner.Train, batch)));
    }

    /// <summary>The server's part of a cut model while a client asks, at most as much as the whole takes; 0 for others.</summary>
    public long UpperBytes(OwnerData owner) => !isCut ? 0 : VectorBytes + TrainingBytes(LargestPass(owner.Train, batch));

    /// <summary>Activations of a training pass of the whole model over rows.</summary>
    public long TrainingBytes(long rows) => Bytes(steps.Training, rows);

    /// <summary>Rows of the largest pass over a batch of so many sequences.</summary>
    public long LargestPass(TokenizedDataset data, int batch)
    {
        var lengths = data.Examples.Select(example => (long)example.Rows).OrderDescending().Take(batch).ToArray();
        return Math.Max(lengths[0], Math.Min(lengths.Sum(), Learner.RowsPerPass(backbone.Model.Shape)));
    }

    /// <summary>An owner's rows.</summary>
    public static long RowBytes(OwnerData owner) => RowBytes(owner.Train) + RowBytes(owner.Validation) + RowBytes(owner.Test);

    private static long RowBytes(TokenizedDataset? data) => data is null ? 0 : (BytesPerId * data.Tokens) + (BytesPerExample * data.Count);

    // Values and gradient, the optimizer's state, the values as received for a proximal term, and the correction of a control variate.
    private static long BytesPerParameter(Phase phase, IBackend backend)
    {
        using var optimizer = new Optimizer(phase.Optimizer, backend, 1);
        var copies = phase.Losses.Count(term => term is LossTerm.Proximal) + phase.Hooks.Count(hook => hook is Hook.ControlVariate);
        return ((2 + copies) * sizeof(float)) + optimizer.StateBytes;
    }

    // As much of the vector as the owner's capacity holds.
    private long HeldBytes(Holding holding) => BytesOf(CapacityRules.OfModel(setup.Method.At(1), holding, layout));

    private long BytesOf(TensorLayout held) => (long)((Int128)VectorBytes * held.Elements / Math.Max(1, layout.Elements));

    // The largest training pass of an owner over what it has of the model.
    private long TrainingBytes(OwnerData owner)
    {
        var rows = LargestPass(owner.Train, batch);
        var holding = HoldingOf(owner, MessageBody.Empty);
        return holding.Cut is { } blocks && steps.Below[blocks] is var below
            ? (long)(below.Bytes / (double)Math.Max(below.Rows, 1) * rows) + ((CutRules.HasExits(setup.Method) ? 1 : 2) * CopiesAtCut * sizeof(float) * backbone.Model.Shape.Width * rows)
            : (long)(Depth(holding) * TrainingBytes(rows));
    }

    // Of those who may be promoted to a larger rank, as if they were.
    private Holding LargestOf(OwnerData owner) => HoldingOf(owner, MessageBody.Empty.WithNumber(CapacityRules.KnownRank(owner.Id), setup.Method.Adaptation.LargestRank));

    private Holding HoldingOf(OwnerData owner, MessageBody known) => CapacityRules.HoldingOf(
        setup.Method.At(1), owner.Id, setup.Plan.Clients, setup.Seed, known, 0, [owner.Id], layout);

    // The share of the model's blocks that something is kept of: those it is made of, or those from the lowest that is trained on.
    private double Depth(Holding holding)
    {
        var blocks = (double)backbone.Model.Shape.Layers;
        if (holding.LeftOut is { } absent)
        {
            return 1 - (absent.Count / blocks);
        }

        // Those who choose have room for a block at least.
        if (holding.Budget is { } budget && setup.Method.Capacity is Capacity.Knapsack { ByClient: not null })
        {
            return Math.Clamp(budget * (blocks + 1) / 2, 1 / blocks, 1);
        }

        var trained = holding.Fixed is null ? [] : layout.Tensors.Select(tensor => tensor.Key).Where(holding.Contains).ToArray();
        return trained.Length > 0 && trained.All(key => key.Layer >= 0 || key.Role == "head") ? (blocks - trained.Where(key => key.Layer >= 0).Min(key => key.Layer)) / blocks : 1;
    }

    private long Bytes(MeasuredPass pass, long rows) => (long)((pass.Bytes - LogitBytes(pass.Rows)) / (double)Math.Max(pass.Rows, 1) * rows) + LogitBytes(rows);

    private long LogitBytes(long rows)
    {
        var head = backbone.Model.Head;
        return backbone.Model.WritesText && backbone.Objective is LanguageModelling ? sizeof(float) * head.Outputs * HeadLossOperation.BlockRows(rows, head.Inputs, head.Outputs) : 0;
    }
}
