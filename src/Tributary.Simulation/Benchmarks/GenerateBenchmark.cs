using Tributary.Learning.Autograd;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Benchmarks;
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
/// <param name="TokensPerSecond">Generated tokens a second, each the most probable one.</param>
/// <param name="TokenMs">Milliseconds of a generated token.</param>
/// <param name="WeightBytesPerToken">Bytes of weights that a token reads: all but the embeddings, of which it reads a row.</param>
/// <param name="ReadBandwidth">GB/s at which this machine reads memory, measured between the tokens.</param>
/// <param name="BandwidthShare">Bytes of weights read a second over that bandwidth, best over best and median over median.</param>
/// <param name="BaseBytes">Memory of the weights.</param>
/// <param name="PeakRssBytes">Largest resident set of the process.</param>
/// <param name="KernelSet">The kernels.</param>
public sealed record GenerateBenchmarkResult(
    string Preset, string BaseDtype, double LoadSeconds, double PromptTokensPerSecond, Spread TokensPerSecond, Spread TokenMs, long WeightBytesPerToken, Spread ReadBandwidth,
    Spread BandwidthShare, long BaseBytes, long PeakRssBytes, string KernelSet);

/// <summary>Times generation with an architecture on one machine.</summary>
public static class GenerateBenchmark
{
    private const ulong Seed = 1;
    private const int TokensPerRound = 8;
    private const int PassesPerRound = 4;

    /// <summary>Loads, reads the prompt, generates.</summary>
    /// <exception cref="InputException">A number is not positive, the text is longer than the model's context, or the model generates none.</exception>
    public static GenerateBenchmarkResult Run(GenerateBenchmarkOptions options, IBackend backend, TimeProvider time, CancellationToken cancel = default)
    {
        if (options.PromptTokens < 1 || options.NewTokens < 1)
        {
            throw new InputException("the prompt and what is generated have at least 1 token");
        }

        using var model = ModelLoader.Build(options.Preset.ConfigJson, backend, RandomTensors.Uniform(Seed), options.Storage);
        if (!model.WritesText)
        {
            throw new InputException($"{options.Preset.Name} does not generate text");
        }

        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        learner.Trainable.Write(ParameterSet.Empty);
        var length = options.PromptTokens + options.NewTokens;
        if (length > model.Shape.Positions)
        {
            throw new InputException($"{length} tokens are longer than the model's context of {model.Shape.Positions}");
        }

        var philox = new Philox(Seed);
        var ids = Enumerable.Range(0, options.PromptTokens).Select(t => (int)(philox.UniformDouble(0, (ulong)t) * model.Shape.Vocabulary)).ToArray();
        var load = Seconds(time, () =>
        {
            using var first = new CachedDecoder(learner, 1);
            first.Append(ids.AsSpan(0, 1));
        });

        using var decoder = new CachedDecoder(learner, length);
        var next = 0;
        var prompt = Seconds(time, () => next = Next(decoder, ids.AsSpan(0, options.PromptTokens)));
        var (peak, weights) = (Memory.PeakRssBytes(), WeightBytesPerToken(model));
        using var probe = new ReadProbe(backend.Threads);
        var (tokens, passes) = (new List<double>(), new List<double>());
        while (tokens.Count < options.NewTokens)
        {
            cancel.ThrowIfCancellationRequested();
            for (var end = Math.Min(tokens.Count + TokensPerRound, options.NewTokens); tokens.Count < end;)
            {
                tokens.Add(1 / Seconds(time, () => next = Next(decoder, [next])));
            }

            for (var i = 0; i < PassesPerRound; i++)
            {
                passes.Add(probe.Pass(time));
            }
        }

        var (rate, read) = (Spread.OfRates(tokens), Spread.OfRates(passes));
        return new GenerateBenchmarkResult(
            options.Preset.Name, StorageTypes.Name(options.Storage), load, options.PromptTokens / prompt, rate, new(1000 / rate.Best, 1000 / rate.Median), weights, read,
            new(rate.Best * weights / 1e9 / read.Best, rate.Median * weights / 1e9 / read.Median), model.DeviceBytes, peak, backend.KernelSet);
    }

    private static int Next(CachedDecoder decoder, ReadOnlySpan<int> ids) => Sampling.Greedy.Choose(decoder.Append(ids), 0);

    private static long WeightBytesPerToken(LanguageModel model)
    {
        var read = model.Modules.OfType<Linear>().Select(linear => linear.Weight).ToHashSet();
        return model.DeviceBytes - model.Modules.OfType<Embedding>().Where(table => !read.Contains(table.Weight)).Sum(table => table.Weight.Bytes - (sizeof(float) * table.Width));
    }

    private static double Seconds(TimeProvider time, Action work)
    {
        var start = time.GetTimestamp();
        work();
        return time.GetElapsedTime(start).TotalSeconds;
    }
}
