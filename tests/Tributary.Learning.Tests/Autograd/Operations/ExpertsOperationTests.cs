using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

/// <summary>Routing, the mixture and its balance as they are defined; through a whole model they are held by the contract of adapters.</summary>
public sealed class ExpertsOperationTests
{
    private const int Rows = 5;
    private const int Inputs = 4;
    private const int Outputs = 3;
    private const int Rank = 2;
    private const int Experts = 3;
    private static readonly string[] Names = ["x", "router", "a0", "a1", "a2", "b0", "b1", "b2"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Values_are_those_of_the_definition(int top)
    {
        var values = Values();
        var expected = ByDefinition(values, top);
        using var exact = new ReferenceBackend<double>();
        Run(exact, values, top).Output.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        using var fast = new CpuBackend(2);
        Run(fast, values, top).Output.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Fact]
    public void Weights_of_a_row_sum_to_one_and_a_single_expert_has_weight_one()
    {
        var values = Values();
        for (var row = 0; row < Rows; row++)
        {
            Weights(values, row, 2).Sum().ShouldBe(1, 1e-12);
            Weights(values, row, 1).Order().ShouldBe([0, 0, 1]);
        }

        // Expert 2 wins row 0, and its output is what the row gets.
        var chosen = Array.IndexOf(Weights(values, 0, 1), 1);
        using var backend = new ReferenceBackend<double>();
        var output = Run(backend, values, 1).Output[..Outputs];
        for (var o = 0; o < Outputs; o++)
        {
            ((double)output[o]).ShouldBe(0.5 * Enumerable.Range(0, Rank).Sum(k => values[$"b{chosen}"][(o * Rank) + k] * Low(values, $"a{chosen}", 0, k)), 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Gradients_and_tangents_agree_with_differences(int top)
    {
        using var backend = new ReferenceBackend<double>();
        var values = Values();
        var gradient = Run(backend, values, top).Gradient;
        foreach (var name in Names)
        {
            for (var i = 0; i < values[name].Length; i++)
            {
                var kept = values[name][i];
                values[name][i] = kept + 0.002f;
                var above = Weighed(values, top);
                values[name][i] = kept - 0.002f;
                var below = Weighed(values, top);
                values[name][i] = kept;
                ((double)gradient[name][i]).ShouldBe((above - below) / ((kept + 0.002f) - (double)(kept - 0.002f)), 2e-3, $"{name}[{i}]");
            }
        }

        Run(backend, values, top, gradient).Tangent.Select((moved, i) => moved * Math.Sin(i + 1)).Sum().ShouldBe(gradient.Values.Sum(g => g.Sum(v => (double)v * v)), 1e-3);
    }

    [Fact]
    public void Balance_is_one_for_even_use_and_the_number_of_experts_for_one_alone()
    {
        Balance([3, 0, 0, 0, 3, 0, 0, 0, 3], 1).Value.ShouldBe(1, 1e-6);
        Balance([0, 0, 0, 0, 0, 0, 0, 0, 0], 3).Value.ShouldBe(1, 1e-6);
        Balance([60, 0, 0, 60, 0, 0, 60, 0, 0], 1).Value.ShouldBe(3, 1e-6);

        // Probabilities are over experts: over rows these scores would be even, as every column is constant.
        Balance([1, 0, 0, 1, 0, 0, 1, 0, 0], 1).Value.ShouldBe(3 * Math.E / (Math.E + 2), 1e-6);
    }

    [Fact]
    public void The_balance_has_the_slope_of_its_probabilities()
    {
        float[] scores = [0.3f, -0.8f, 0.5f, 1.1f, 0.2f, -0.4f, 0.7f, 0.9f, 0.1f];
        var gradient = Balance(scores, 2).Gradient;
        for (var i = 0; i < scores.Length; i++)
        {
            var (up, down) = ((float[])scores.Clone(), (float[])scores.Clone());
            (up[i], down[i]) = (up[i] + 0.01f, down[i] - 0.01f);
            ((double)gradient[i]).ShouldBe((Balance(up, 2).Value - Balance(down, 2).Value) / 0.02, 1e-4, $"entry {i}");
        }

        Balance(scores, 2, gradient).Tangent.ShouldBe(gradient.Sum(g => (double)g * g), 1e-6);
    }

    private static (double Value, double Tangent, float[] Gradient) Balance(float[] scores, int top, float[]? direction = null)
    {
        using var backend = new ReferenceBackend<double>();
        using var tape = new Tape(backend) { Mode = direction is null ? TapeMode.Record : TapeMode.Tangent, PenaltyWeight = 1 };
        using var buffer = backend.Allocate(2 * scores.Length);
        var (at, along) = (buffer.AsMatrix(6, 3).RowRange(0, 3), buffer.AsMatrix(6, 3).RowRange(3, 3));
        backend.Upload(scores, at);
        backend.Upload(direction ?? scores, along);
        var input = tape.Input(at, needsGradient: true, direction is null ? default : along);
        var balance = tape.Balance(input, top);
        var (value, tangent, gradient) = (balance.Scalar, balance.ScalarTangent, new float[scores.Length]);
        if (direction is null)
        {
            // As a penalty beside a loss to which it does not belong.
            tape.Penalise(balance);
            tape.Penalty.Value.ShouldBe(value);
            tape.Backward(tape.Input(along));
            backend.Read(input.Gradient, gradient);
        }

        return (value, tangent, gradient);
    }

    private static (float[] Output, float[] Tangent, Dictionary<string, float[]> Gradient) Run(IBackend backend, Dictionary<string, float[]> values, int top, Dictionary<string, float[]>? direction = null)
    {
        using var tape = new Tape(backend) { Mode = direction is null ? TapeMode.Record : TapeMode.Tangent };
        using var vector = Vector(backend, values);
        using var along = Vector(backend, direction ?? values);
        var inputs = Names.ToDictionary(name => name, name => tape.Input(Of(vector, name), needsGradient: true, direction is null ? default : Of(along, name)));
        using var zeros = backend.Allocate(Rows * Outputs);
        backend.Fill(zeros.AsMatrix(Rows, Outputs), 0);
        var y = tape.Embed(null, tape.Input(zeros.AsMatrix(Rows, Outputs)), Enumerable.Range(0, Rows).ToArray());
        Var[] a = [inputs["a0"], inputs["a1"], inputs["a2"]];
        y = tape.AddExperts(y, inputs["x"], tape.Route(inputs["x"], inputs["router"], a), a, [inputs["b0"], inputs["b1"], inputs["b2"]], top, 0.5f);
        var (output, tangent) = (new float[Rows * Outputs], new float[Rows * Outputs]);
        backend.Read(y.Value, output);
        if (direction is not null)
        {
            backend.Read(y.Tangent, tangent);
            return (output, tangent, []);
        }

        using var seed = backend.Allocate(Rows * Outputs);
        backend.Upload([.. output.Select((_, i) => MathF.Sin(i + 1))], seed.AsMatrix(Rows, Outputs));
        tape.Backward(y, seed.AsMatrix(Rows, Outputs));
        return (output, tangent, Names.ToDictionary(name => name, name =>
        {
            var gradient = new float[values[name].Length];
            backend.Read(inputs[name].Gradient, gradient);
            return gradient;
        }));
    }

    private static TrainableVector Vector(IBackend backend, Dictionary<string, float[]> values)
    {
        var vector = new TrainableVector(backend, Names.Select(name => (Key(name), Shape(name))));
        vector.Write(new ParameterSet(Names.Select(name => new HostTensor(Key(name), Shape(name), values[name]))));
        return vector;
    }

    private static Matrix Of(TrainableVector vector, string name) => vector.Parameters.Single(parameter => parameter.Key == Key(name)).Value;

    private static TensorKey Key(string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, name, name);

    private static int[] Shape(string name) => name[0] switch { 'x' => [Rows, Inputs], 'b' => [Outputs, Rank], _ => [Rank, Inputs] };

    private static Dictionary<string, float[]> Values() => Names.Select((name, n) => (name, n)).ToDictionary(
        pair => pair.name, pair => Enumerable.Range(0, HostTensor.Count(Shape(pair.name))).Select(i => (float)Math.Sin((1.7 * i) + (2.9 * pair.n) + 0.4)).ToArray());

    private static double Low(Dictionary<string, float[]> values, string weight, int row, int k) =>
        Enumerable.Range(0, Inputs).Sum(i => (double)values["x"][(row * Inputs) + i] * values[weight][(k * Inputs) + i]);

    // Softmax over the largest scores of the row's experts.
    private static double[] Weights(Dictionary<string, float[]> values, int row, int top)
    {
        var scores = Enumerable.Range(0, Experts).Select(e => Enumerable.Range(0, Rank).Sum(k => Low(values, $"a{e}", row, k) * Low(values, "router", row, k)) / Math.Sqrt(Rank)).ToArray();
        var least = scores.OrderDescending().ElementAt(top - 1);
        var sum = scores.Where(score => score >= least).Sum(Math.Exp);
        return [.. scores.Select(score => score >= least ? Math.Exp(score) / sum : 0)];
    }

    private static double[] ByDefinition(Dictionary<string, float[]> values, int top) => [.. Enumerable.Range(0, Rows * Outputs).Select(i =>
    {
        var (row, o) = (i / Outputs, i % Outputs);
        return Weights(values, row, top).Select((weight, e) => 0.5 * weight * Enumerable.Range(0, Rank).Sum(k => values[$"b{e}"][(o * Rank) + k] * Low(values, $"a{e}", row, k))).Sum();
    })];

    private static double Weighed(Dictionary<string, float[]> values, int top) => ByDefinition(values, top).Select((value, i) => value * Math.Sin(i + 1)).Sum();
}
