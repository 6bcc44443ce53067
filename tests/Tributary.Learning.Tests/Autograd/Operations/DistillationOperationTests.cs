using Tributary.Learning.Autograd;

namespace Tributary.Learning.Tests.Autograd.Operations;

public sealed class DistillationOperationTests
{
    private const int Classes = 3;
    private const float Strength = 0.7f;
    private const float Temperature = 2;
    private static readonly int[] Labels = [2, 0, -1, 1];

    // The second row has no teacher, the third no label.
    private static readonly float[] Teacher = [0.2f, 0.5f, 0.3f, 0, 0, 0, 0.1f, 0.1f, 0.8f, 0.6f, 0.3f, 0.1f];

    private static readonly ScoreLoss Loss = new(Labels.Length, Classes, (tape, scores) => tape.Distil(scores, Labels, Teacher, Strength, Temperature));

    [Fact]
    public void The_loss_is_that_of_the_definition() => Loss.ShouldHaveTheValueOf(ByDefinition);

    [Fact]
    public void The_gradient_is_its_slope_and_agrees_with_the_tangent() => Loss.ShouldHaveTheSlopeOf(ByDefinition);

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
