using Tributary.Learning.Autograd;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class SoftCrossEntropyOperationTests
{
    private const int Rows = 3;
    private const int Classes = 4;
    private static readonly TensorKey Key = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "head", "logits");
    private static readonly float[] Soft = [0.25f, 0.25f, 0.5f, 0, 0.1f, 0.7f, 0.1f, 0.1f, 0, 0, 0, 1];
    private static readonly float[] Logits = [.. Enumerable.Range(0, Rows * Classes).Select(i => 2 * MathF.Sin(1.3f * i))];

    [Fact]
    public void The_loss_is_that_of_the_definition()
    {
        using var exact = new ReferenceBackend<double>();
        Run(exact, Soft, TapeMode.Infer).Loss.ShouldBe(ByDefinition(Logits), 1e-6);
        using var fast = new CpuBackend(1);
        Run(fast, Soft, TapeMode.Record).Loss.ShouldBe(ByDefinition(Logits), 1e-5);
    }

    [Fact]
    public void The_gradient_is_its_slope_and_agrees_with_the_tangent()
    {
        using var backend = new ReferenceBackend<double>();
        var gradient = Run(backend, Soft, TapeMode.Record).Gradient;
        for (var i = 0; i < Logits.Length; i++)
        {
            var (up, down) = ((float[])Logits.Clone(), (float[])Logits.Clone());
            (up[i], down[i]) = (up[i] + 0.01f, down[i] - 0.01f);
            ((double)gradient[i]).ShouldBe((ByDefinition(up) - ByDefinition(down)) / 0.02, 1e-4, $"entry {i}");
        }

        Run(backend, Soft, TapeMode.Tangent, gradient).Tangent.ShouldBe(gradient.Sum(g => (double)g * g), 1e-6);
    }

    [Fact]
    public void With_all_on_one_class_it_is_the_cross_entropy_of_that_class()
    {
        int[] labels = [2, 0, 3];
        var hard = labels.SelectMany(label => Enumerable.Range(0, Classes).Select(c => c == label ? 1f : 0)).ToArray();
        using var backend = new ReferenceBackend<double>();
        var (loss, _, gradient) = Run(backend, hard, TapeMode.Record);
        var (expected, _, slope) = Run(backend, (tape, scores) => tape.CrossEntropy(scores, labels), TapeMode.Record);
        loss.ShouldBe(expected, 1e-6);
        gradient.ShouldBe(slope, 1e-6);
    }

    [Fact]
    public void Targets_of_another_shape_are_refused()
    {
        using var backend = new ReferenceBackend<double>();
        Should.Throw<ArgumentException>(() => Run(backend, [1, 0, 0], TapeMode.Infer)).Message.ShouldContain("3 targets for 3 rows of 4 scores");
    }

    private static (double Loss, double Tangent, float[] Gradient) Run(IBackend backend, float[] targets, TapeMode mode, float[]? direction = null) =>
        Run(backend, (tape, scores) => tape.SoftCrossEntropy(scores, targets), mode, direction);

    private static (double Loss, double Tangent, float[] Gradient) Run(IBackend backend, Func<Tape, Var, Var> lossOf, TapeMode mode, float[]? direction = null)
    {
        using var logits = new TrainableVector(backend, [(Key, [Rows, Classes])]);
        using var along = new TrainableVector(backend, [(Key, [Rows, Classes])]);
        using var tape = new Tape(backend) { Mode = mode };
        logits.Write(new ParameterSet([new HostTensor(Key, [Rows, Classes], Logits)]));
        along.Write(new ParameterSet([new HostTensor(Key, [Rows, Classes], direction ?? new float[Logits.Length])]));
        var scores = tape.Input(logits.Values.Reshape(Rows, Classes), needsGradient: true, along.Values.Reshape(Rows, Classes));
        var loss = lossOf(tape, scores);
        var gradient = new float[Logits.Length];
        if (mode == TapeMode.Record)
        {
            tape.Backward(loss);
            backend.Read(scores.Gradient, gradient);
        }

        return (loss.Scalar, loss.ScalarTangent, gradient);
    }

    private static double ByDefinition(float[] logits) => Enumerable.Range(0, Rows).Average(row =>
    {
        var scores = logits[(row * Classes)..((row + 1) * Classes)];
        var sum = Math.Log(scores.Sum(score => Math.Exp(score)));
        return -Enumerable.Range(0, Classes).Sum(c => Soft[(row * Classes) + c] * (scores[c] - sum));
    });
}
