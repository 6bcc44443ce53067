using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Simulation.Benchmarks;

/// <summary>What to measure: LoRA r = 8 with random weights on batches drawn from a data set.</summary>
public sealed record PaddingBenchmarkOptions(ModelPreset Preset, string Data, DataFormat Format, string Tokenizer, int Batch, int MaxLength, int Steps);

/// <summary>The figures of <c>bench padding</c>: means over the batches drawn, but for times.</summary>
/// <param name="Tokens">Tokens of a batch.</param>
/// <param name="Rows">Rows that a step computes for them.</param>
/// <param name="PaddedRows">Rows of the same batch if its sequences were padded to the longest.</param>
/// <param name="AttentionPairs">Query–key pairs in sight, over those of a batch of as many tokens in sequences of one length: work that belongs to the data.</param>
/// <param name="StepMs">A step on a batch as drawn.</param>
/// <param name="EqualStepMs">A step on as many tokens and labels in as many sequences of one length.</param>
/// <param name="Cost">Median over batches of the one ÷ the other − 1.</param>
/// <param name="KernelSet">The kernels.</param>
public sealed record PaddingBenchmarkResult(
    double Tokens, double Rows, double PaddedRows, double AttentionPairs, Spread StepMs, Spread EqualStepMs, double Cost, string KernelSet);

/// <summary>Times complete training steps on sequences as long as they come, against the same number of tokens in sequences of one length.</summary>
public static class PaddingBenchmark
{
    private const ulong Seed = 1;

    /// <summary>Runs a step of each kind to warm up, then the measured ones, turn by turn.</summary>
    /// <exception cref="InputException">Data or tokenizer are missing, damaged or too small.</exception>
    public static PaddingBenchmarkResult Run(PaddingBenchmarkOptions options, IBackend backend, TimeProvider time, CancellationToken cancel = default)
    {
        using var model = ModelLoader.Build(options.Preset.ConfigJson, backend, RandomTensors.Uniform(Seed));
        if (!model.WritesText)
        {
            throw new InputException($"{options.Preset.Name} does not write text; choose an architecture that does");
        }

        var batches = Batches(options, model.Shape);
        using var tape = new Tape(backend);
        var adapter = new LoraConfig(Rank: 8, Alpha: 16).ForTask(model.Shape.Task).Resolve(model)[0];
        using var learner = new Learner(model, [adapter], Objective.Of(model.Shape), tape);
        learner.Trainable.Write(adapter.Initial(model, Seed));
        using var optimizer = new Optimizer(new OptimizerSpec.AdamW(1e-4), backend, learner.Trainable.Length);
        void Step(TokenRows rows) => TrainBenchmark.Step(learner, optimizer, rows, backend);

        var longest = batches.MaxBy(batch => batch.Drawn.Count);
        Step(longest.Drawn);
        Step(longest.Equal);
        var times = Interleaved.Time([turn => Step(batches[turn].Drawn), turn => Step(batches[turn].Equal)], batches.Length, time, cancel);
        return new PaddingBenchmarkResult(
            batches.Average(batch => batch.Tokens), batches.Average(batch => batch.Drawn.Count), batches.Average(batch => PaddedRows(batch.Drawn)),
            batches.Sum(batch => Pairs(batch.Drawn)) / batches.Sum(batch => Pairs(batch.Equal)), Interleaved.SpreadOf(times[0]), Interleaved.SpreadOf(times[1]),
            Interleaved.Median(times[0].Zip(times[1], (drawn, equal) => (drawn / equal) - 1)), backend.KernelSet);
    }

    private static (int Tokens, TokenRows Drawn, TokenRows Equal)[] Batches(PaddingBenchmarkOptions options, ModelShape shape)
    {
        var examples = SourceFile.ReadAll(options.Data, options.Format).SelectMany(file => file.Examples).ToArray();
        var tokenizer = new SampleTokenizer(TextEncoding.Of(TokenizerLoader.Load(options.Tokenizer)), SampleTemplates.For(options.Format), options.MaxLength);
        var needed = options.Batch * options.Steps;
        var order = Enumerable.Range(0, examples.Length).ToArray();
        PhiloxStream.Root((long)Seed).Child("order").Sequence().Shuffle<int>(order);
        var data = tokenizer.Tokenize([.. order.Take(2 * needed).Select(i => examples[i])], options.Data);
        if (data.Count < needed)
        {
            throw new InputException($"{options.Data} has only {data.Count} usable rows; {options.Steps} steps of {options.Batch} need {needed}");
        }

        return [.. Enumerable.Range(0, options.Steps).Select(step =>
        {
            var numbers = Enumerable.Range(step * options.Batch, options.Batch).ToArray();
            var drawn = new TokenRows();
            data.Fill(drawn, numbers);
            return (numbers.Sum(number => data.Examples[number].Ids.Length), drawn, Equal(drawn, shape));
        })];
    }

    // As many tokens, sequences and labels, shared out evenly.
    private static TokenRows Equal(TokenRows drawn, ModelShape shape)
    {
        var equal = new TokenRows();
        var sequences = drawn.SegmentCount;
        for (var s = 0; s < sequences; s++)
        {
            var (start, end) = (Share(drawn.Count, s), Share(drawn.Count, s + 1));
            var labelled = Share(drawn.LabelledRows, s + 1) - Share(drawn.LabelledRows, s);
            var ids = drawn.Ids[start..end].ToArray();
            equal.Add(ids, [.. ids.Select((id, t) => t >= ids.Length - labelled ? (id + 1) % shape.Vocabulary : TokenRows.Ignore)], sampleKey: s);
        }

        return equal;

        int Share(int count, int part) => (int)((long)count * part / sequences);
    }

    private static double PaddedRows(TokenRows rows)
    {
        var longest = 0;
        foreach (var segment in rows.Segments)
        {
            longest = Math.Max(longest, segment.QueryCount);
        }

        return (double)longest * rows.SegmentCount;
    }

    private static double Pairs(TokenRows rows)
    {
        var pairs = 0.0;
        foreach (var segment in rows.Segments)
        {
            pairs += segment.QueryCount * (segment.QueryCount + 1.0) / 2;
        }

        return pairs;
    }
}
