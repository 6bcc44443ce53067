using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

/// <summary>A LoRA branch whose ranges of rows have factors of their own, some of no rows.</summary>
public class LowRankOperationTests
{
    private const int Inputs = 5, Outputs = 7, Rank = 2;
    private const float Scale = 1.5f;

    public static TheoryData<int[]> Ranges => new([4], [3, 2], [2, 0, 4, 1]);

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Every_row_meets_the_factors_of_its_range(int[] ranges)
    {
        using var backend = new ReferenceBackend<double>();
        using var tape = new Tape(backend);
        using var tensors = Tensors(backend, ranges);
        var result = new float[ranges.Sum() * Outputs];

        backend.Read(Apply(tape, tensors, ranges).Value, result);

        result.Zip(ByDefinition(tensors.Read(), ranges)).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Gradients_and_tangents_agree_with_differences(int[] ranges)
    {
        using var backend = new ReferenceBackend<double>();
        using var tape = new Tape(backend);
        using var tensors = Tensors(backend, ranges);
        var (values, weights) = (tensors.Read(), Weights(ranges));

        var gradients = Gradients(tape, tensors, ranges);

        foreach (var gradient in gradients)
        {
            var tensor = values[gradient.Key];
            for (var i = 0; i < tensor.Values.Length; i++)
            {
                var kept = tensor.Values[i];
                var (above, below) = (At(kept + 0.01f), At(kept - 0.01f));
                At(kept);
                gradient.Values[i].ShouldBe((float)((above - below) / ((kept + 0.01f) - (double)(kept - 0.01f))), 1e-4f, gradient.Key.Name);

                double At(float value)
                {
                    tensor.Values[i] = value;
                    return ByDefinition(values, ranges).Zip(weights).Sum(p => p.First * p.Second);
                }
            }
        }

        // Along the gradient itself the tangent of the weighted sum is the gradient's squared norm.
        var square = gradients.Sum(g => g.Values.Sum(v => (double)v * v));
        Tangents(tape, tensors, gradients, ranges).Zip(weights).Sum(p => p.First * (double)p.Second).ShouldBe(square, 1e-5 * square);
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void A_range_has_the_bits_that_it_has_alone(int[] ranges)
    {
        using var backend = new CpuBackend(2);
        using var tape = new Tape(backend);
        using var tensors = Tensors(backend, ranges);
        var together = Gradients(tape, tensors, ranges);
        for (var (range, start) = (0, 0); range < ranges.Length; start += ranges[range++])
        {
            tensors.ZeroGradient();
            var alone = Gradients(tape, tensors, ranges, range, start);
            foreach (var key in new[] { Key($"a{range}"), Key($"b{range}") })
            {
                together[key].Values.ShouldBe(alone[key].Values);
            }

            var rows = new Range(start * Inputs, (start + ranges[range]) * Inputs);
            together[Key("x")].Values[rows].ShouldBe(alone[Key("x")].Values[rows]);
        }
    }

    [Fact]
    public void Parts_that_leave_rows_out_are_refused()
    {
        using var backend = new ReferenceBackend<float>();
        using var tape = new Tape(backend);
        using var tensors = Tensors(backend, [3, 2]);
        var part = new LowRankPart(tape.Use(Find(tensors, "a0")), tape.Use(Find(tensors, "b0")), 3, default);

        Should.Throw<ArgumentException>(() => tape.AddLowRank(Rows(tape, tensors, "y", 0, 5), Rows(tape, tensors, "x", 0, 5), 1, [part])).Message.ShouldContain("3 rows act on 5");
    }

    private static Var Apply(Tape tape, TrainableVector tensors, int[] ranges) =>
        tape.AddLowRank(Rows(tape, tensors, "y", 0, ranges.Sum()), Rows(tape, tensors, "x", 0, ranges.Sum()), Scale, [.. ranges.Select((_, i) => Part(tape, tensors, ranges, i))]);

    private static LowRankPart Part(Tape tape, TrainableVector tensors, int[] ranges, int i) =>
        new(tape.Use(Find(tensors, $"a{i}")), tape.Use(Find(tensors, $"b{i}")), ranges[i], default);

    private static ParameterSet Gradients(Tape tape, TrainableVector tensors, int[] ranges)
    {
        tape.Mode = TapeMode.Record;
        return Backward(tape, tensors, Apply(tape, tensors, ranges), Weights(ranges));
    }

    private static ParameterSet Gradients(Tape tape, TrainableVector tensors, int[] ranges, int range, int start)
    {
        tape.Mode = TapeMode.Record;
        var (y, x) = (Rows(tape, tensors, "y", start, ranges[range]), Rows(tape, tensors, "x", start, ranges[range]));
        var part = Part(tape, tensors, ranges, range);
        return Backward(tape, tensors, tape.AddLowRank(y, x, part.A, part.B, Scale), Weights(ranges)[(start * Outputs)..((start + ranges[range]) * Outputs)]);
    }

    private static ParameterSet Backward(Tape tape, TrainableVector tensors, Var y, float[] weights)
    {
        using var gradient = tape.Backend.Allocate(Math.Max(1, weights.Length));
        var seed = gradient.AsMatrix(y.Rows, Outputs);
        tape.Backend.Upload(weights, seed);
        tape.Backward(y, seed);
        tape.Reset();
        return tensors.ReadGradient();
    }

    private static float[] Tangents(Tape tape, TrainableVector tensors, ParameterSet direction, int[] ranges)
    {
        using var tangents = new TrainableVector(tape.Backend, tensors.Parameters.Select(p => (p.Key, p.Shape)));
        tangents.Write(direction);
        foreach (var (parameter, tangent) in tensors.Parameters.Zip(tangents.Parameters))
        {
            parameter.Tangent = tangent.Value;
        }

        tape.Mode = TapeMode.Tangent;
        var moved = new float[ranges.Sum() * Outputs];
        tape.Backend.Read(Apply(tape, tensors, ranges).Tangent, moved);
        tape.Reset();
        return moved;
    }

    private static double[] ByDefinition(ParameterSet tensors, int[] ranges)
    {
        var result = Array.ConvertAll(tensors[Key("y")].Values, v => (double)v);
        var x = tensors[Key("x")].Values;
        for (var (range, row) = (0, 0); range < ranges.Length; range++)
        {
            var (a, b) = (tensors[Key($"a{range}")].Values, tensors[Key($"b{range}")].Values);
            for (var end = row + ranges[range]; row < end; row++)
            {
                for (var o = 0; o < Outputs; o++)
                {
                    result[(row * Outputs) + o] += Scale * Enumerable.Range(0, Rank).Sum(r =>
                        b[(o * Rank) + r] * Enumerable.Range(0, Inputs).Sum(i => (double)a[(r * Inputs) + i] * x[(row * Inputs) + i]));
                }
            }
        }

        return result;
    }

    private static float[] Weights(int[] ranges) => [.. Enumerable.Range(0, ranges.Sum() * Outputs).Select(i => MathF.Sin(i + 1))];

    // Computed values, as in a model: a leaf's gradient would go to the sink.
    private static Var Rows(Tape tape, TrainableVector tensors, string name, int start, int count) =>
        tape.Embed(null, tape.Use(Find(tensors, name)), Enumerable.Range(start, count).ToArray());

    private static TrainableVector Tensors(IBackend backend, int[] ranges)
    {
        var rows = ranges.Sum();
        var tensors = new TrainableVector(backend, [
            (Key("x"), [rows, Inputs]), (Key("y"), [rows, Outputs]),
            .. ranges.SelectMany((_, i) => new[] { (Key($"a{i}"), new[] { Rank, Inputs }), (Key($"b{i}"), [Outputs, Rank]) })]);
        tensors.Write(new ParameterSet(tensors.Parameters.Select(p =>
        {
            var tensor = HostTensor.Zeros(p.Key, p.Shape);
            InitialValues.Normal(tensor, 11, 0.7);
            return tensor;
        })));
        return tensors;
    }

    private static Parameter Find(TrainableVector tensors, string name) => tensors.Parameters.First(p => p.Key.Name == name);

    private static TensorKey Key(string name) => new("main", "default", -1, "test", name);
}
