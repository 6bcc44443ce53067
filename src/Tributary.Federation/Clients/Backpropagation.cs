using Tributary.Learning.Autograd;

namespace Tributary.Federation.Clients;

/// <summary>The exact gradient.</summary>
internal sealed class Backpropagation(TrainableVector vector) : IEstimator
{
    /// <inheritdoc/>
    public IReadOnlyList<float> Slopes => [];

    /// <inheritdoc/>
    public double? WriteGradient(StepObjective objective, int step)
    {
        vector.ZeroGradient();
        return objective.AddGradient();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }
}
