using System.Globalization;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Simulation.Benchmarks;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>
/// Memory of processes that train, as the system counts it: what this process, in which everything is open and has been used, holds without its learners + what a run holds
/// besides + for every learner its trainable values, their gradient, moments and what hooks and terms keep, and the activations of a pass. These grow with its
/// rows, the logits among them only to a block of rows. What is kept of frozen blocks is added as it is when every sample has been used.
/// </summary>
internal sealed class MemoryEstimate
{
    // What every run holds besides: its own code and documents, garbage between two collections, the logits that choices are counted in.
    private const long RunBytes = 21_000_000;

    // What a learner's thread holds: stack, scratch of kernels, what the allocators keep for it.
    private const long ThreadBytes = 4_000_000;

    // Ids and labels of a token, and the objects that hold a sequence.
    private const long BytesPerToken = 2 * sizeof(int), BytesPerExample = 120;

    // Updates of base weights as received and on the device; at the server before and after a round.
    private const int UpdateCopies = 2;

    private readonly RunSetup setup;
    private readonly MeasuredSteps steps;
    private readonly long openingBytes;
    private readonly long updateBytes;
    private readonly TensorLayout layout;
    private readonly int batch;
    private readonly long vectorBytes;
    private readonly long processBytes;
    private readonly long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Takes the memory of this process as it is after the steps, their learner not yet freed; opening took <paramref name="openingBytes"/> at most, and updates of the base take <paramref name="updateBytes"/> in the end.</summary>
    public MemoryEstimate(RunSetup setup, MeasuredSteps steps, long openingBytes, long updateBytes)
    {
        (this.setup, this.steps, this.openingBytes, this.updateBytes) = (setup, steps, openingBytes, updateBytes);
        layout = new TensorLayout(setup.Adapters.SelectMany(adapter => adapter.Tensors));
        var phases = setup.Method.At(1).LocalProgram.Phases;
        batch = phases.Max(phase => phase.BatchSize);
        vectorBytes = setup.Subject.Trainable * phases.Max(phase => BytesPerParameter(phase, setup.Backend));
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // garbage of these steps is of their number, not of a run's
        processBytes = Memory.RssBytes() - vectorBytes - steps.Training.Bytes - steps.Evaluation.Bytes;
    }

    /// <summary>The whole simulation; large files may take more while they are read than training does.</summary>
    public long Simulation => Math.Max(openingBytes, RunningBytes);

    private long RunningBytes => processBytes + RunBytes + (setup.Parallel * GroupBytes) + (UpdateCopies * updateBytes) + KeptBytes(setup.Owners);

    // The learners of clients that pass the backbone together, and the activations of one pass.
    private long GroupBytes =>
        (setup.SharedPass.Clients * (ThreadBytes + vectorBytes + (UpdateCopies * updateBytes))) + SmallerBytes + Math.Max(setup.Trainers.Max(PassBytes), JoinedBytes);

    private long JoinedBytes => setup.SharedPass.Clients == 1 ? 0 : TrainingBytes(Math.Min(JointLearner.RowsPerPass, setup.SharedPass.Clients * JointLearner.MostRows));

    // A learner of a client with a smaller adapter comes beside the pool's own.
    private long SmallerBytes => setup.Trainers.Select(trainer => HeldBytes(HoldingOf(trainer))).Where(bytes => bytes < vectorBytes).DefaultIfEmpty().Max();

    /// <summary>An owner as a client on a machine of its own.</summary>
    public ClientForecast Of(OwnerData owner)
    {
        var rows = RowBytes(owner);
        var weights = setup.Model.DeviceBytes;
        var program = Math.Max(0, processBytes + RunBytes + ThreadBytes - weights - setup.Owners.Sum(RowBytes));
        var kept = KeptBytes([owner]);
        var (vector, passes) = (HeldBytes(LargestOf(owner)), PassBytes(owner));
        var updates = UpdateCopies * updateBytes;
        var needed = program + weights + rows + vector + passes + kept + updates;
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"program {Size(program)}, base {Size(weights)}, rows {Size(rows)}, trainable values with gradient and moments {Size(vector)}, activations {Size(passes)}{(updates > 0 ? $", updates of the base {Size(updates)}" : "")}{(kept > 0 ? $", kept of frozen blocks {Size(kept)}" : "")}; this machine has {Size(available)}");
        return new ClientForecast(owner.Id, needed, needed <= available, why);
    }

    /// <summary>Activations of a training pass over rows, in bytes.</summary>
    public long TrainingBytes(long rows) => Bytes(steps.Training, rows);

    /// <summary>Rows of the largest pass over a batch of so many sequences.</summary>
    public long LargestPass(TokenizedDataset data, int batch)
    {
        var lengths = data.Examples.Select(example => (long)example.Rows).OrderDescending().Take(batch).ToArray();
        return Math.Max(lengths[0], Math.Min(lengths.Sum(), Learner.RowsPerPass(setup.Model.Shape)));
    }

    // Values and gradient, the optimizer's state, the values as received for a proximal term, and the correction of a control variate.
    private static long BytesPerParameter(Phase phase, IBackend backend)
    {
        using var optimizer = new Optimizer(phase.Optimizer, backend, 1);
        var copies = phase.Losses.Count(term => term is LossTerm.Proximal) + phase.Hooks.Count(hook => hook is Hook.ControlVariate);
        return ((2 + copies) * sizeof(float)) + optimizer.StateBytes;
    }

    // As much of the vector as the owner's capacity holds.
    private long HeldBytes(Holding holding) => (long)((Int128)vectorBytes * layout.AtRank(holding.Rank).Elements / Math.Max(1, layout.Elements));

    // In the first round.
    private Holding HoldingOf(OwnerData owner) => HoldingOf(owner, new Dictionary<string, double>());

    // Of those who may be promoted to a larger rank, as if they were.
    private Holding LargestOf(OwnerData owner) => HoldingOf(owner, new Dictionary<string, double> { [CapacityRules.KnownRank(owner.Id)] = setup.Method.Adaptation.LargestRank });

    private Holding HoldingOf(OwnerData owner, IReadOnlyDictionary<string, double> known) => CapacityRules.HoldingOf(
        setup.Method.At(1), owner.Id, setup.Plan.Clients, setup.Seed, known, 0, [owner.Id], layout);

    private static long RowBytes(OwnerData owner) => RowBytes(owner.Train) + RowBytes(owner.Validation) + RowBytes(owner.Test);

    private static long RowBytes(TokenizedDataset? data) => data is null ? 0 : (BytesPerToken * data.Tokens) + (BytesPerExample * data.Count);

    private long KeptBytes(IEnumerable<OwnerData> owners) => ReuseForecast.Of(setup, steps.FrozenBlocks, owners)?.MemoryBytes ?? 0;

    // Training, or measuring the model where batches are much smaller than those of a measurement.
    private long PassBytes(OwnerData owner)
    {
        var held = owner.Validation is { } validation ? Bytes(steps.Evaluation, LargestPass(validation, validation.Count)) : 0;
        var depth = 1 - ((HoldingOf(owner).LeftOut?.Count ?? 0) / (double)setup.Model.Shape.Layers);
        return Math.Max((long)(depth * TrainingBytes(LargestPass(owner.Train, batch))), held);
    }

    private long Bytes(MeasuredPass pass, long rows) => (long)((pass.Bytes - LogitBytes(pass.Rows)) / (double)Math.Max(pass.Rows, 1) * rows) + LogitBytes(rows);

    private long LogitBytes(long rows)
    {
        var head = setup.Model.Head;
        return setup.Model.WritesText ? sizeof(float) * head.Outputs * HeadLossOperation.BlockRows(rows, head.Inputs, head.Outputs) : 0;
    }

    private static string Size(long bytes) =>
        bytes < 1e9 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
