using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What to measure: random weights, random tokens, a complete step (forward, backward, clipping, AdamW).</summary>
public sealed record TrainBenchmarkOptions(ModelPreset Preset, string Adaptation, int Batch, int Length, StorageType Storage, int Steps);

/// <summary>The figures of <c>bench train</c>; the first step is that which also loads the weights.</summary>
public sealed record TrainBenchmarkResult(
    Spread TokensPerSecond, Spread StepMilliseconds, double FirstStepSeconds, double GemmGflops, double GcBytesPerStep, long BaseBytes, long PeakRssBytes, double LossFirst, double LossLast, string KernelSet)
{
    /// <summary>Where the time went, when that was measured.</summary>
    public TrainProfile? Profile { get; init; }
}

/// <summary>Best and median of repeated measurements.</summary>
public sealed record Spread(double Best, double Median)
{
    /// <summary>Of rates, of which the highest is the best.</summary>
    internal static Spread OfRates(List<double> rates)
    {
        rates.Sort();
        return new(rates[^1], rates[rates.Count / 2]);
    }

    /// <summary>Of times, of which the shortest is the best.</summary>
    internal static Spread OfTimes(IReadOnlyList<double> times)
    {
        double[] sorted = [.. times.Order()];
        return new(sorted[0], sorted[sorted.Length / 2]);
    }
}

/// <summary>Times training steps of an architecture on one machine.</summary>
public static class TrainBenchmark
{
    private const ulong Seed = 1;
    private const long MostTokens = 1 << 16;
    private static readonly GradientClipping Clipping = new GradientClipping.ByNorm(1);

    /// <summary>Runs the warm-up steps and then the measured ones; <paramref name="before"/> and <paramref name="after"/> run at the ends of these.</summary>
    /// <exception cref="InputException">The adaptation is unknown or a number is not positive.</exception>
    public static TrainBenchmarkResult Run(TrainBenchmarkOptions options, IBackend backend, TimeProvider time, CancellationToken cancel = default, Action? before = null, Action? after = null)
    {
        if (options.Batch < 1 || options.Length < 2 || options.Steps < 1 || (long)options.Batch * options.Length > MostTokens)
        {
            throw new InputException($"batch and steps must be at least 1, length at least 2, and batch × length at most {MostTokens}");
        }

        using var model = ModelLoader.Build(options.Preset.ConfigJson, backend, new InterruptibleTensors(RandomTensors.Uniform(Seed), cancel), options.Storage);
        using var tape = new Tape(backend);
        AdapterConfig adaptation = options.Adaptation switch
        {
            "lora-r8" => new LoraConfig(Rank: 8, Alpha: 16),
            "full" => new FullConfig(),
            _ => throw new InputException($"adaptation {options.Adaptation} is not one of lora-r8, full"),
        };
        var adapter = adaptation.ForTask(model.Shape.Task).Resolve(model)[0];
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        WriteInitial(learner, adapter);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // the host's copy, which would stay to the end because no step leaves garbage
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(1e-4), backend, learner.Trainable.Length);
        var rows = RandomRows(options, model.Shape);

        cancel.ThrowIfCancellationRequested();
        var begun = time.GetTimestamp();
        var first = Step(learner, optimizer, rows, backend);
        var firstStep = time.GetElapsedTime(begun).TotalSeconds;
        cancel.ThrowIfCancellationRequested();
        Step(learner, optimizer, rows, backend);
        var milliseconds = new double[options.Steps];
        var last = first;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        before?.Invoke();
        for (var i = 0; i < options.Steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var start = time.GetTimestamp();
            last = Step(learner, optimizer, rows, backend);
            milliseconds[i] = time.GetElapsedTime(start).TotalMilliseconds;
        }

        var garbage = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)options.Steps;
        after?.Invoke();
        Array.Sort(milliseconds);
        var (best, median) = (milliseconds[0], milliseconds[milliseconds.Length / 2]);
        var tokens = options.Batch * options.Length * 1000.0;
        return new TrainBenchmarkResult(
            new(tokens / best, tokens / median), new(best, median), firstStep, ProductFlops(model, options) / median / 1e6, garbage, model.DeviceBytes, Memory.PeakRssBytes(), first, last,
            backend.KernelSet);
    }

    // On its own, so that nothing holds the host's copy afterwards.
    private static void WriteInitial(Learner learner, IAdapter adapter) => learner.Trainable.Write(adapter.Initial(learner.Model, Seed));

    /// <summary>One complete step.</summary>
    internal static double Step(Learner learner, Optimizer optimizer, TokenRows rows, IBackend backend)
    {
        var trainable = learner.Trainable;
        trainable.ZeroGradient();
        var loss = learner.AddGradient(rows);
        Clipping.Apply(backend, trainable.Gradient);
        optimizer.Step(trainable.Values, trainable.Gradient, optimizer.Spec.LearningRate);
        return loss;
    }

    /// <summary>A batch of random tokens, with labels for the model's task.</summary>
    internal static TokenRows RandomRows(TrainBenchmarkOptions options, ModelShape shape)
    {
        var rows = new TokenRows();
        var philox = new Philox(Seed);
        for (var b = 0; b < options.Batch; b++)
        {
            var ids = Enumerable.Range(0, options.Length).Select(t => (int)(philox.UniformDouble((ulong)b, (ulong)t) * shape.Vocabulary)).ToArray();
            if (shape.Classes > 0)
            {
                rows.Add(ids, [], classLabel: b % shape.Classes, sampleKey: b, pooledAt: shape.Pooled == PooledRow.First ? 0 : -1);
            }
            else
            {
                rows.Add(ids, [.. ids.Skip(1), TokenRows.Ignore], sampleKey: b);
            }
        }

        return rows;
    }

    /// <summary>
    /// Floating-point operations in products with base weights: forward and, above the lowest trainable part, with respect to inputs (and weights when full). With a class for each
    /// text the last block makes keys and values of all tokens, and everything behind them is for one row a text.
    /// </summary>
    private static double ProductFlops(LanguageModel model, TrainBenchmarkOptions options)
    {
        var (passes, shape, tokens) = (options.Adaptation == "full" ? 3 : 2, model.Shape, (double)options.Batch * options.Length);
        double Weights(Func<int, bool> layers) => model.Modules.OfType<Linear>().Where(l => layers(l.Layer)).Sum(l => (double)l.Inputs * l.Outputs);
        var (below, keysAndValues) = (Weights(layer => layer >= 0 && layer < shape.Layers - 1), 2.0 * shape.Width * shape.KeyValueWidth);
        var behind = Weights(layer => layer < 0 || layer == shape.Layers - 1) - keysAndValues;
        return 2 * passes * (((below + keysAndValues) * tokens) + (behind * (shape.Classes > 0 ? options.Batch : tokens)));
    }
}
