using Tributary.Learning.Autograd;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class SoftCrossEntropyOperationTests
{
    private const int Rows = 3;
    private const int Classes = 4;
    private static readonly float[] Soft = [0.25f, 0.25f, 0.5f, 0, 0.1f, 0.7f, 0.1f, 0.1f, 0, 0, 0, 1];

    [Fact]
    public void The_loss_is_that_of_the_definition() => Of(Soft).ShouldHaveTheValueOf(ByDefinition);

    [Fact]
    public void The_gradient_is_its_slope_and_agrees_with_the_tangent() => Of(Soft).ShouldHaveTheSlopeOf(ByDefinition);

    [Fact]
    public void With_all_on_one_class_it_is_the_cross_entropy_of_that_class()
    {
        int[] labels = [2, 0, 3];
        var hard = labels.SelectMany(label => Enumerable.Range(0, Classes).Select(c => c == label ? 1f : 0)).ToArray();
        using var backend = new ReferenceBackend<double>();
        var (loss, _, gradient) = Of(hard).Run(backend, TapeMode.Record);
        var (expected, _, slope) = new ScoreLoss(Rows, Classes, (tape, scores) => tape.CrossEntropy(scores, labels)).Run(backend, TapeMode.Record);
        loss.ShouldBe(expected, 1e-6);
        gradient.ShouldBe(slope, 1e-6);
    }

    [Fact]
    public void Targets_of_another_shape_are_refused()
    {
        using var backend = new ReferenceBackend<double>();
        Should.Throw<ArgumentException>(() => Of([1, 0, 0]).Run(backend, TapeMode.Infer)).Message.ShouldContain("3 targets for 3 rows of 4 scores");
    }

    private static ScoreLoss Of(float[] targets) => new(Rows, Classes, (tape, scores) => tape.SoftCrossEntropy(scores, targets));

    private static double ByDefinition(float[] logits) => Enumerable.Range(0, Rows).Average(row =>
    {
        var scores = logits[(row * Classes)..((row + 1) * Classes)];
        var sum = Math.Log(scores.Sum(score => Math.Exp(score)));
        return -Enumerable.Range(0, Classes).Sum(c => Soft[(row * Classes) + c] * (scores[c] - sum));
    });
}
