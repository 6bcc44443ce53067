using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What to measure: LoRA r = 8 on the last blocks alone, random weights, random tokens that come again and again.</summary>
public sealed record FrozenLayersBenchmarkOptions(ModelPreset Preset, int TrainedBlocks, int Batch, int Length, StorageType Storage, int Steps);

/// <summary>The figures of <c>bench frozen</c>.</summary>
/// <param name="FrozenBlocks">Blocks below what is trained.</param>
/// <param name="OfBlocks">Blocks of the model.</param>
/// <param name="ComputedMs">A step that computes them.</param>
/// <param name="FromMemoryMs">A step that finds their rows in memory.</param>
/// <param name="FromDiskMs">A step that finds them in the scratch file.</param>
/// <param name="Speedup">Median computed ÷ median from memory.</param>
/// <param name="DiskSpeedup">Median computed ÷ median from the scratch file.</param>
/// <param name="BytesPerToken">What a token takes.</param>
/// <param name="SameLosses">Whether all three had the same loss in every step, to the last bit.</param>
/// <param name="KernelSet">The kernels.</param>
public sealed record FrozenLayersBenchmarkResult(
    int FrozenBlocks, int OfBlocks, Spread ComputedMs, Spread FromMemoryMs, Spread FromDiskMs, double Speedup, double DiskSpeedup, long BytesPerToken, bool SameLosses, string KernelSet);

/// <summary>Times complete training steps with the frozen lower blocks computed, and with their rows reused.</summary>
public static class FrozenLayersBenchmark
{
    private const ulong Seed = 1;

    /// <summary>Runs two steps of each kind to warm up, then the measured ones, turn by turn; the scratch file is in <paramref name="folder"/>.</summary>
    /// <exception cref="InputException">More blocks are to be trained than there are, or a number is not positive.</exception>
    public static FrozenLayersBenchmarkResult Run(FrozenLayersBenchmarkOptions options, IBackend backend, string folder, TimeProvider time, CancellationToken cancel = default)
    {
        using var model = ModelLoader.Build(options.Preset.ConfigJson, backend, RandomTensors.Uniform(Seed), options.Storage);
        var blocks = model.Shape.Layers;
        if (options.TrainedBlocks < 1 || options.TrainedBlocks > blocks)
        {
            throw new InputException($"{options.Preset.Name} has {blocks} blocks; train from 1 to {blocks} of them");
        }

        var rows = TrainBenchmark.RandomRows(new TrainBenchmarkOptions(options.Preset, "lora-r8", options.Batch, options.Length, options.Storage, options.Steps), model.Shape);
        var scratch = Path.Combine(folder, "activations");
        using var memory = new ActivationStore(model, scratch, new ActivationLimits(long.MaxValue, 0));
        using var disk = new ActivationStore(model, scratch, new ActivationLimits(0, long.MaxValue));
        using var tape = new Tape(backend);
        using var computed = new Trained(model, options.TrainedBlocks, tape, null);
        using var fromMemory = new Trained(model, options.TrainedBlocks, tape, memory);
        using var fromDisk = new Trained(model, options.TrainedBlocks, tape, disk);
        Trained[] kinds = [computed, fromMemory, fromDisk];
        Array.ForEach(kinds, kind => kind.Step(rows));
        Array.ForEach(kinds, kind => kind.Step(rows));
        var times = Interleaved.Time([.. kinds.Select(kind => new Action<int>(_ => kind.Step(rows)))], options.Steps, time, cancel);
        var spreads = times.Select(Interleaved.SpreadOf).ToArray();
        return new FrozenLayersBenchmarkResult(
            computed.FrozenBlocks, blocks, spreads[0], spreads[1], spreads[2], spreads[0].Median / spreads[1].Median, spreads[0].Median / spreads[2].Median,
            ActivationStore.BytesOf(model, 1), kinds.All(kind => kind.Losses.SequenceEqual(computed.Losses)), backend.KernelSet);
    }

    /// <summary>A learner with its optimizer and the losses of its steps.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly Learner learner;
        private readonly Optimizer optimizer;

        public Trained(LanguageModel model, int blocks, Tape tape, ActivationStore? store)
        {
            var last = Enumerable.Range(model.Shape.Layers - blocks, blocks).ToArray();
            var adapter = new LoraConfig(Rank: 8, Alpha: 16, Layers: last).ForTask(model.Shape.Task).Resolve(model)[0];
            learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape, store);
            learner.Trainable.Write(adapter.Initial(model, Seed));
            optimizer = new Optimizer(new OptimizerSpec.AdamW(1e-4), model.Backend, learner.Trainable.Length);
        }

        public List<double> Losses { get; } = [];

        public int FrozenBlocks => learner.FrozenBlocks;

        public void Step(TokenRows rows) => Losses.Add(TrainBenchmark.Step(learner, optimizer, rows, learner.Model.Backend));

        public void Dispose()
        {
            optimizer.Dispose();
            learner.Dispose();
        }
    }
}
