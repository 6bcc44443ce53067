using Tributary.Learning.Autograd;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Random;
using Tributary.Numerics.Storage;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What to measure: random weights, a prompt of random tokens, then one token after another.</summary>
public sealed record GenerateBenchmarkOptions(ModelPreset Preset, StorageType Storage, int PromptTokens, int NewTokens);

/// <summary>The figures of <c>bench generate</c>.</summary>
/// <param name="Preset">The architecture.</param>
/// <param name="BaseDtype">How its weights are kept.</param>
/// <param name="LoadSeconds">Seconds to the first token of an empty sequence: the weights are drawn, quantised and packed on the way.</param>
/// <param name="PromptTokensPerSecond">Tokens of the prompt a second, all at once.</param>
/// <param name="TokensPerSecond">Generated tokens a second.</param>
/// <param name="TokenMs">Milliseconds of a generated token.</param>
/// <param name="BaseBytes">Memory of the weights.</param>
/// <param name="PeakRssBytes">Largest resident set of the process.</param>
/// <param name="KernelSet">The kernels.</param>
public sealed record GenerateBenchmarkResult(
    string Preset, string BaseDtype, double LoadSeconds, double PromptTokensPerSecond, Spread TokensPerSecond, Spread TokenMs, long BaseBytes, long PeakRssBytes, string KernelSet);

/// <summary>Times generation with an architecture on one machine.</summary>
public static class GenerateBenchmark
{
    private const ulong Seed = 1;

    /// <summary>Loads, reads the prompt, generates.</summary>
    /// <exception cref="InputException">A number is not positive, or the text is longer than the model's context.</exception>
    public static GenerateBenchmarkResult Run(GenerateBenchmarkOptions options, IBackend backend, TimeProvider time, CancellationToken cancel = default)
    {
        if (options.PromptTokens < 1 || options.NewTokens < 1)
        {
            throw new InputException("the prompt and what is generated have at least 1 token");
        }

        using var model = ModelLoader.Build(options.Preset.ConfigJson, backend, RandomTensors.Uniform(Seed), options.Storage);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        learner.Trainable.Write(ParameterSet.Empty);
        var length = options.PromptTokens + options.NewTokens;
        if (length > model.Shape.Positions)
        {
            throw new InputException($"{length} tokens are longer than the model's context of {model.Shape.Positions}");
        }

        var philox = new Philox(Seed);
        var ids = Enumerable.Range(0, length).Select(t => (int)(philox.UniformDouble(0, (ulong)t) * model.Shape.Vocabulary)).ToArray();
        var load = Seconds(time, () =>
        {
            using var first = new CachedDecoder(learner, 1);
            first.Append(ids.AsSpan(0, 1));
        });

        using var decoder = new CachedDecoder(learner, length);
        var prompt = Seconds(time, () => decoder.Append(ids.AsSpan(0, options.PromptTokens)));
        var milliseconds = new double[options.NewTokens];
        for (var i = 0; i < milliseconds.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            milliseconds[i] = 1000 * Seconds(time, () => decoder.Append(ids.AsSpan(options.PromptTokens + i, 1)));
        }

        Array.Sort(milliseconds);
        var (best, median) = (milliseconds[0], milliseconds[milliseconds.Length / 2]);
        return new GenerateBenchmarkResult(
            options.Preset.Name, StorageTypes.Name(options.Storage), load, options.PromptTokens / prompt, new(1000 / best, 1000 / median), new(best, median), model.DeviceBytes,
            Memory.PeakRssBytes(), backend.KernelSet);
    }

    private static double Seconds(TimeProvider time, Action work)
    {
        var start = time.GetTimestamp();
        work();
        return time.GetElapsedTime(start).TotalSeconds;
    }
}
