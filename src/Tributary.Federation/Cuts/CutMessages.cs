using System.Globalization;
using System.Numerics.Tensors;
using Tributary.Federation.Messages;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Federation.Cuts;

/// <summary>What a client asks at the cut.</summary>
/// <param name="Step">In which of its optimizer steps, from 0.</param>
/// <param name="Steps">Steps that it will take in the round.</param>
/// <param name="Scale">What gradients are times; 0 asks for the loss alone.</param>
/// <param name="WantsGradient">Whether it has something to train below.</param>
/// <param name="Given">What its blocks give, [rows, width], row-major.</param>
public sealed record CutQuestion(int Step, int Steps, float Scale, bool WantsGradient, ReadOnlyMemory<float> Given);

/// <summary>
/// Questions and answers at the cut as message bodies: rows, the lengths of their sequences, sample numbers (dropout masks are addressed by them) and labels; the loss, and its
/// gradient with respect to the rows. No token is told but those that are learned, which are the labels.
/// </summary>
public static class CutMessages
{
    /// <summary>The section of their tensors.</summary>
    public const string Section = "cut";

    private const string StepNumber = "step";
    private const string StepsNumber = "steps";
    private const string ScaleNumber = "scale";
    private const string GradientNumber = "gradient";
    private const string LossNumber = "loss";

    // Up to here single precision has every whole number.
    private const int MostWhole = 1 << 24;
    private static readonly TensorKey GivenKey = Key("given");
    private static readonly TensorKey LengthsKey = Key("lengths");
    private static readonly TensorKey SamplesKey = Key("samples");
    private static readonly TensorKey LabelsKey = Key("labels");
    private static readonly TensorKey SlopeKey = Key("gradient");

    /// <summary>Most rows of a question: those of a pass, or of one sequence that is longer.</summary>
    public static int MostRows(ModelShape shape) => Math.Max(Learner.RowsPerPass(shape), shape.Positions);

    /// <summary>A question about rows.</summary>
    /// <exception cref="InputException">They hold what no question can: padding, positions that do not begin at 0, or more samples than can be counted.</exception>
    public static MessageBody Question(TokenRows rows, CutQuestion question)
    {
        var width = question.Given.Length / Math.Max(1, rows.Count);
        var (lengths, samples) = (new float[rows.SegmentCount], new float[rows.SegmentCount]);
        for (var s = 0; s < lengths.Length; s++)
        {
            var segment = rows.Segments[s];
            var sample = TokenRows.SampleOf(rows.Keys[segment.QueryStart]);
            if (segment.KeyCount != segment.QueryCount || rows.Positions[segment.QueryStart] != 0 || sample >= MostWhole)
            {
                throw new InputException("a cut model trains on at most 16 million whole sequences without padding");
            }

            (lengths[s], samples[s]) = (segment.QueryCount, sample);
        }

        return MessageBody.Empty.WithSection(Section, new ParameterSet([
                new HostTensor(GivenKey, [rows.Count, width], question.Given.ToArray()),
                new HostTensor(LengthsKey, [lengths.Length], lengths),
                new HostTensor(SamplesKey, [samples.Length], samples),
                new HostTensor(LabelsKey, [rows.Count], Array.ConvertAll(rows.Labels.ToArray(), label => (float)label)),
            ]))
            .WithNumber(StepNumber, question.Step).WithNumber(StepsNumber, question.Steps).WithNumber(ScaleNumber, question.Scale).WithNumber(GradientNumber, question.WantsGradient ? 1 : 0);
    }

    /// <summary>Reads a question; its rows, without tokens, replace what <paramref name="rows"/> held.</summary>
    /// <exception cref="InputException">A tensor has another shape or a value that it cannot have.</exception>
    public static CutQuestion Read(MessageBody question, ModelShape shape, TokenRows rows)
    {
        var given = Tensor(question, GivenKey);
        if (given.Shape is not [var count, var width] || count < 1 || count > MostRows(shape) || width != shape.Width || given.Values.Length != (long)count * width)
        {
            throw Bad($"has 'given' of shape [{string.Join(", ", given.Shape)}], expected [1 … {MostRows(shape)}, {shape.Width}]");
        }

        if (!TensorPrimitives.IsFiniteAll<float>(given.Values))
        {
            throw Bad("has 'given' with a value that is not finite");
        }

        var lengths = Whole(question, LengthsKey, null, 1, Math.Min(count, shape.Positions));
        if (lengths.Sum(length => (long)length) != count)
        {
            throw Bad($"has 'lengths' that do not sum to its {count} rows");
        }

        var samples = Whole(question, SamplesKey, lengths.Length, 0, MostWhole - 1);
        var labels = Whole(question, LabelsKey, count, TokenRows.Ignore, Math.Max(shape.Vocabulary, shape.Classes) - 1);
        if (labels.Any(label => label is < 0 and not TokenRows.Ignore))
        {
            throw Bad($"has 'labels' below 0 other than {TokenRows.Ignore}");
        }

        var (steps, scale) = (Number(question, StepsNumber, 1, MostWhole), Number(question, ScaleNumber, 0, 1));
        var (step, gradient) = (Number(question, StepNumber, 0, steps - 1), Number(question, GradientNumber, 0, 1));
        if (step != Math.Floor(step) || steps != Math.Floor(steps) || gradient is not (0 or 1))
        {
            throw Bad("has 'step', 'steps' or 'gradient' that is no whole number");
        }

        Fill(rows, lengths, samples, labels);
        return new CutQuestion((int)step, (int)steps, (float)scale, gradient == 1, given.Values);
    }

    /// <summary>The answer: the loss, and its gradient where there is one.</summary>
    public static MessageBody Answer(double loss, ReadOnlyMemory<float> gradient, int width)
    {
        var answer = MessageBody.Empty.WithNumber(LossNumber, loss);
        return gradient.IsEmpty ? answer : answer.WithSection(Section, new ParameterSet([new HostTensor(SlopeKey, [gradient.Length / width, width], gradient.ToArray())]));
    }

    /// <summary>Reads an answer; its gradient goes to <paramref name="gradient"/>, which is empty where none was asked for.</summary>
    /// <exception cref="InputException">There is no loss, or the gradient has another length.</exception>
    public static double ReadAnswer(MessageBody answer, Span<float> gradient)
    {
        if (!gradient.IsEmpty)
        {
            var slope = Tensor(answer, SlopeKey);
            if (slope.Values.Length != gradient.Length)
            {
                throw Bad($"has 'gradient' of {slope.Values.Length} values, expected {gradient.Length}");
            }

            slope.Values.CopyTo(gradient);
        }

        return answer.Numbers.TryGetValue(LossNumber, out var loss) ? loss : throw Bad($"has no '{LossNumber}'");
    }

    private static void Fill(TokenRows rows, int[] lengths, int[] samples, int[] labels)
    {
        rows.Clear();
        var (unknown, start) = (new int[lengths.Max()], 0);
        for (var s = 0; s < lengths.Length; s++)
        {
            rows.Add(unknown.AsSpan(0, lengths[s]), labels.AsSpan(start, lengths[s]), sampleKey: samples[s]);
            start += lengths[s];
        }
    }

    private static HostTensor Tensor(MessageBody body, TensorKey key) => body.Section(Section).TryGet(key, out var tensor) ? tensor : throw Bad($"has no '{key.Name}'");

    private static int[] Whole(MessageBody body, TensorKey key, int? count, int least, int most)
    {
        var values = Tensor(body, key).Values;
        return (count ?? values.Length) == values.Length && values.Length > 0 && Array.TrueForAll(values, value => value >= least && value <= most && value == MathF.Floor(value))
            ? Array.ConvertAll(values, value => (int)value)
            : throw Bad(string.Create(CultureInfo.InvariantCulture, $"has '{key.Name}' that are not {(count is null ? "" : $"{count} ")}whole numbers from {least} to {most}"));
    }

    private static double Number(MessageBody body, string name, double least, double most) =>
        body.Numbers.TryGetValue(name, out var value) && value >= least && value <= most
            ? value
            : throw Bad(string.Create(CultureInfo.InvariantCulture, $"has no '{name}' from {least} to {most}"));

    private static InputException Bad(string what) => new($"a message at the cut {what}; are client and server of the same build?");

    private static TensorKey Key(string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, Section, name);
}
