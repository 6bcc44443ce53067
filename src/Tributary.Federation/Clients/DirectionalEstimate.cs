using Tributary.Federation.Parts.Estimators;
using Tributary.Learning.Autograd;

namespace Tributary.Federation.Clients;

/// <summary>Finds the slope of a step's objective along a direction.</summary>
/// <param name="objective">The objective.</param>
/// <param name="key">The direction.</param>
/// <returns>The loss and the slope; null when they are no numbers to go by.</returns>
internal delegate (double Loss, double Slope)? Slope(StepObjective objective, ulong key);

/// <summary>The mean over a step's directions of direction times slope. Directions are made anew from their keys wherever they are needed, a piece at a time.</summary>
internal sealed class DirectionalEstimate(Slope slope, DirectionSequence directions, DirectionVector vector, TrainableVector trainable) : IEstimator
{
    private readonly List<float> slopes = [];

    /// <inheritdoc/>
    public IReadOnlyList<float> Slopes => slopes;

    /// <inheritdoc/>
    public double? WriteGradient(StepObjective objective, int step)
    {
        var (first, losses, counted) = (slopes.Count, 0.0, 0);
        for (var i = 0; i < directions.PerStep; i++)
        {
            var found = slope(objective, directions.Key(step, i));
            slopes.Add((float)(found?.Slope ?? 0));
            (losses, counted) = found is { } known ? (losses + known.Loss, counted + 1) : (losses, counted);
        }

        trainable.ZeroGradient();
        for (var i = 0; i < directions.PerStep; i++)
        {
            vector.AddTo(parameter => parameter.Gradient, directions.Key(step, i), slopes[first + i] / directions.PerStep);
        }

        return counted == 0 ? null : losses / counted;
    }

    /// <inheritdoc/>
    public void Dispose() => vector.Dispose();
}
