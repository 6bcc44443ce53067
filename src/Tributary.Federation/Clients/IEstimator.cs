namespace Tributary.Federation.Clients;

/// <summary>Finds the gradient of a step.</summary>
internal interface IEstimator : IDisposable
{
    /// <summary>One number for each direction of each step so far, in order: the slope along it. None when it looks along no directions.</summary>
    IReadOnlyList<float> Slopes { get; }

    /// <summary>Writes the gradient of a step's objective into the trainable vector and returns the loss; null when the step is to be left out.</summary>
    double? WriteGradient(StepObjective objective, int step);
}
