using Tributary.Learning.Autograd;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class RelativeErrorOperationTests
{
    private const int Rows = 3;
    private const int Width = 4;
    private static readonly float[] Target = [.. Enumerable.Range(0, Rows * Width).Select(i => 3 * MathF.Cos(0.9f * i))];
    private static readonly int[] Labels = [2, -1, 0];

    private static readonly ScoreLoss Loss = new(Rows, Width, (tape, x) => tape.RelativeError(x, Constant(tape, Target)));

    // Beside a cross-entropy of the same scores, so that both gradients meet.
    private static readonly ScoreLoss Mixed = new(Rows, Width, (tape, x) => tape.SumLosses(tape.RelativeError(x, Constant(tape, Target)), 0.3f, tape.CrossEntropy(Copy(tape, x), Labels), 2));

    [Fact]
    public void The_loss_is_that_of_the_definition() => Loss.ShouldHaveTheValueOf(Relative);

    [Fact]
    public void The_gradient_is_its_slope_and_agrees_with_the_tangent() => Loss.ShouldHaveTheSlopeOf(Relative);

    [Fact]
    public void A_weighted_sum_of_losses_is_that_of_the_definition() => Mixed.ShouldHaveTheValueOf(BothByDefinition);

    [Fact]
    public void Its_gradient_is_its_slope_and_agrees_with_the_tangent() => Mixed.ShouldHaveTheSlopeOf(BothByDefinition);

    [Fact]
    public void One_weighted_loss_is_that_loss_times_the_weight() =>
        new ScoreLoss(Rows, Width, (tape, x) => tape.SumLosses(tape.RelativeError(x, Constant(tape, Target)), 1.5f)).ShouldHaveTheSlopeOf(x => 1.5 * Relative(x));

    [Fact]
    public void A_target_of_another_shape_is_refused()
    {
        using var backend = new ReferenceBackend<double>();
        using var tape = new Tape(backend);
        Should.Throw<ArgumentException>(() => tape.RelativeError(Constant(tape, Target), tape.Input(tape.Arena.Rent(2, Width)))).Message.ShouldContain("2 x 4 for 3 x 4");
    }

    private static Var Constant(Tape tape, float[] values)
    {
        var matrix = tape.Arena.Rent(Rows, Width);
        tape.Backend.Upload(values, matrix);
        return tape.Input(matrix);
    }

    // Cross-entropy takes its scores over.
    private static Var Copy(Tape tape, Var x) => tape.Sum(x, Constant(tape, new float[Rows * Width]));

    private static double Relative(float[] x) => x.Zip(Target, (a, t) => Math.Pow((double)t - a, 2)).Sum() / Target.Sum(t => (double)t * t);

    private static double BothByDefinition(float[] x) => (0.3 * Relative(x)) + (2 * Enumerable.Range(0, Rows).Where(row => Labels[row] >= 0).Average(row =>
    {
        var scores = x[(row * Width)..((row + 1) * Width)];
        return Math.Log(scores.Sum(score => Math.Exp(score))) - scores[Labels[row]];
    }));
}
