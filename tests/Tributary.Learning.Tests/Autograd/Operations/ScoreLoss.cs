using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

/// <summary>A loss of scores [rows, classes] on a tape, and what holds it to its definition.</summary>
internal sealed class ScoreLoss(int rows, int classes, Func<Tape, Var, Var> loss)
{
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "head", "logits");
    private readonly float[] logits = [.. Enumerable.Range(0, rows * classes).Select(i => 2 * MathF.Sin(1.3f * i))];

    /// <summary>The value is the definition's, on both backends.</summary>
    public void ShouldHaveTheValueOf(Func<float[], double> definition)
    {
        using var exact = new ReferenceBackend<double>();
        Run(exact, TapeMode.Infer).Loss.ShouldBe(definition(logits), 1e-6);
        using var fast = new CpuBackend(1);
        Run(fast, TapeMode.Record).Loss.ShouldBe(definition(logits), 1e-5);
    }

    /// <summary>The gradient is the definition's slope, and agrees with the tangent.</summary>
    public void ShouldHaveTheSlopeOf(Func<float[], double> definition)
    {
        using var backend = new ReferenceBackend<double>();
        var gradient = Run(backend, TapeMode.Record).Gradient;
        for (var i = 0; i < logits.Length; i++)
        {
            var (up, down) = ((float[])logits.Clone(), (float[])logits.Clone());
            (up[i], down[i]) = (up[i] + 0.01f, down[i] - 0.01f);
            ((double)gradient[i]).ShouldBe((definition(up) - definition(down)) / 0.02, 1e-4, $"entry {i}");
        }

        Run(backend, TapeMode.Tangent, gradient).Tangent.ShouldBe(gradient.Sum(g => (double)g * g), 1e-6);
    }

    /// <summary>One pass.</summary>
    public (double Loss, double Tangent, float[] Gradient) Run(IBackend backend, TapeMode mode, float[]? direction = null)
    {
        using var values = new TrainableVector(backend, [(Key, [rows, classes])]);
        using var along = new TrainableVector(backend, [(Key, [rows, classes])]);
        using var tape = new Tape(backend) { Mode = mode };
        values.Write(new ParameterSet([new HostTensor(Key, [rows, classes], logits)]));
        along.Write(new ParameterSet([new HostTensor(Key, [rows, classes], direction ?? new float[logits.Length])]));
        var scores = tape.Input(values.Values.Reshape(rows, classes), needsGradient: true, along.Values.Reshape(rows, classes));
        var result = loss(tape, scores);
        var gradient = new float[logits.Length];
        if (mode == TapeMode.Record)
        {
            tape.Backward(result);
            backend.Read(scores.Gradient, gradient);
        }

        return (result.Scalar, result.ScalarTangent, gradient);
    }
}
