using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class DistillationOperationTests
{
    private const int Classes = 3;
    private const float Strength = 0.7f;
    private const float Temperature = 2;
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "head", "logits");
    private static readonly int[] Labels = [2, 0, -1, 1];

    // The second row has no teacher, the third no label.
    private static readonly float[] Teacher = [0.2f, 0.5f, 0.3f, 0, 0, 0, 0.1f, 0.1f, 0.8f, 0.6f, 0.3f, 0.1f];
    private static readonly float[] Logits = [.. Enumerable.Range(0, Labels.Length * Classes).Select(i => 2 * MathF.Sin(1.3f * i))];

    [Fact]
    public void The_loss_is_that_of_the_definition()
    {
        using var exact = new ReferenceBackend<double>();
        Run(exact, Logits, TapeMode.Infer).Loss.ShouldBe(ByDefinition(Logits), 1e-6);
        using var fast = new CpuBackend(1);
        Run(fast, Logits, TapeMode.Record).Loss.ShouldBe(ByDefinition(Logits), 1e-5);
    }

    [Fact]
    public void The_gradient_is_its_slope_and_agrees_with_the_tangent()
    {
        using var backend = new ReferenceBackend<double>();
        var gradient = Run(backend, Logits, TapeMode.Record).Gradient;
        for (var i = 0; i < Logits.Length; i++)
        {
            var (up, down) = ((float[])Logits.Clone(), (float[])Logits.Clone());
            (up[i], down[i]) = (up[i] + 0.01f, down[i] - 0.01f);
            ((double)gradient[i]).ShouldBe((ByDefinition(up) - ByDefinition(down)) / 0.02, 1e-4, $"entry {i}");
        }

        Run(backend, Logits, TapeMode.Tangent, gradient).Tangent.ShouldBe(gradient.Sum(g => (double)g * g), 1e-6);
    }

    private static (double Loss, double Tangent, float[] Gradient) Run(IBackend backend, float[] values, TapeMode mode, float[]? direction = null)
    {
        using var logits = new TrainableVector(backend, [(Key, [Labels.Length, Classes])]);
        using var along = new TrainableVector(backend, [(Key, [Labels.Length, Classes])]);
        using var tape = new Tape(backend) { Mode = mode };
        logits.Write(new ParameterSet([new HostTensor(Key, [Labels.Length, Classes], values)]));
        along.Write(new ParameterSet([new HostTensor(Key, [Labels.Length, Classes], direction ?? new float[values.Length])]));
        var scores = tape.Input(logits.Values.Reshape(Labels.Length, Classes), needsGradient: true, along.Values.Reshape(Labels.Length, Classes));
        var loss = tape.Distil(scores, Labels, Teacher, Strength, Temperature);
        var gradient = new float[values.Length];
        if (mode == TapeMode.Record)
        {
            tape.Backward(loss);
            backend.Read(scores.Gradient, gradient);
        }

        return (loss.Scalar, loss.ScalarTangent, gradient);
    }

    private static double ByDefinition(float[] logits)
    {
        var sum = 0.0;
        for (var row = 0; row < Labels.Length; row++)
        {
            if (Labels[row] >= 0)
            {
                sum -= LogSoftmax(logits, row, 1)[Labels[row]];
                var soft = LogSoftmax(logits, row, Temperature);
                for (var c = 0; c < Classes; c++)
                {
                    var p = (double)Teacher[(row * Classes) + c];
                    sum += p > 0 ? Strength * Temperature * Temperature * p * (Math.Log(p) - soft[c]) : 0;
                }
            }
        }

        return sum / Labels.Count(label => label >= 0);
    }

    private static double[] LogSoftmax(float[] logits, int row, double temperature)
    {
        var scaled = Enumerable.Range(0, Classes).Select(c => logits[(row * Classes) + c] / temperature).ToArray();
        var sum = Math.Log(scaled.Sum(Math.Exp));
        return [.. scaled.Select(value => value - sum)];
    }
}
