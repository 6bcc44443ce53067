using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class SelectColumnsOperationTests
{
    private const int Rows = 3;
    private const int Width = 7;
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "head", "logits");
    private static readonly int[] Columns = [5, 0, 3];
    private static readonly float[] X = [.. Enumerable.Range(0, Rows * Width).Select(i => 1e3f * MathF.Sin(1.3f * i))];
    private static readonly float[] Along = [.. Enumerable.Range(0, Rows * Width).Select(i => MathF.Cos(0.7f * i))];

    [Fact]
    public void Columns_are_taken_to_the_bit_in_their_order()
    {
        using var exact = new ReferenceBackend<double>();
        Run(exact, TapeMode.Infer).Y.ShouldBe(Taken(X));
        using var fast = new CpuBackend(1);
        Run(fast, TapeMode.Infer).Y.ShouldBe(Taken(X));
    }

    [Fact]
    public void The_tangent_is_taken_alike() => OnBoth(backend => Run(backend, TapeMode.Tangent).Tangent.ShouldBe(Taken(Along)));

    [Fact]
    public void The_gradient_goes_to_the_columns_that_were_taken_and_adds_up() => OnBoth(backend =>
    {
        var gradient = Run(backend, TapeMode.Record).Gradient;
        for (var i = 0; i < gradient.Length; i++)
        {
            var taken = Array.IndexOf(Columns, i % Width);
            gradient[i].ShouldBe(taken < 0 ? 0 : 2 * Sent[(i / Width * Columns.Length) + taken], $"entry {i}");
        }
    });

    private static float[] Sent { get; } = [.. Enumerable.Range(1, Rows * Columns.Length).Select(i => (float)i)];

    private static float[] Taken(float[] x) => [.. Enumerable.Range(0, Rows).SelectMany(row => Columns.Select(column => x[(row * Width) + column]))];

    private static void OnBoth(Action<IBackend> check)
    {
        using var exact = new ReferenceBackend<double>();
        check(exact);
        using var fast = new CpuBackend(1);
        check(fast);
    }

    private static (float[] Y, float[] Tangent, float[] Gradient) Run(IBackend backend, TapeMode mode)
    {
        using var values = Vector(backend, X);
        using var along = Vector(backend, Along);
        using var tape = new Tape(backend) { Mode = mode };
        var x = tape.Input(values.Values.Reshape(Rows, Width), needsGradient: true, mode == TapeMode.Tangent ? along.Values.Reshape(Rows, Width) : default);
        var y = tape.SelectColumns(x, Columns);
        var (read, tangent, gradient) = (new float[Sent.Length], new float[Sent.Length], new float[X.Length]);
        backend.Read(y.Value, read);
        if (mode == TapeMode.Tangent)
        {
            backend.Read(y.Tangent, tangent);
        }

        if (mode == TapeMode.Record)
        {
            // Taken twice, the gradient is there twice.
            var twice = tape.Sum(y, tape.SelectColumns(x, Columns));
            using var sent = backend.Allocate(Sent.Length);
            backend.Upload(Sent, sent.AsMatrix(Rows, Columns.Length));
            tape.Backward(twice, sent.AsMatrix(Rows, Columns.Length));
            backend.Read(x.Gradient, gradient);
        }

        return (read, tangent, gradient);
    }

    private static TrainableVector Vector(IBackend backend, float[] values)
    {
        var vector = new TrainableVector(backend, [(Key, [Rows, Width])]);
        vector.Write(new ParameterSet([new HostTensor(Key, [Rows, Width], values)]));
        return vector;
    }
}
