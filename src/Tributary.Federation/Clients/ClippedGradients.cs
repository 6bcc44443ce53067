using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Estimators;
using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>The mean of single samples' gradients, each bounded in norm, and noise (DP-SGD, Abadi et al. 2016). One sample passes at a time.</summary>
internal sealed class ClippedGradients(
    Estimator.PerSample estimator, IBackend backend, TrainableVector vector, Parameter[] trained, DirectionVector noise, DirectionSequence keys) : IEstimator
{
    private readonly DeviceBuffer sum = backend.Allocate(Math.Max(1, vector.Length));

    /// <inheritdoc/>
    public IReadOnlyList<float> Slopes => [];

    /// <inheritdoc/>
    public double? WriteGradient(StepObjective objective, int step)
    {
        var all = sum.AsMatrix(1, vector.Length);
        backend.Fill(all, 0);
        var loss = 0.0;
        for (var sample = 0; sample < objective.Count; sample++)
        {
            vector.ZeroGradient();
            loss += objective.AddGradient(sample);
            backend.AddScaled(vector.Gradient, all, (float)estimator.FactorOf(Norm()));
        }

        backend.AddScaled(all, vector.Gradient, 1f / objective.Count, 0);
        if (estimator is { Noise: > 0, Bound: { } bound })
        {
            noise.AddTo(static parameter => parameter.Gradient, keys.Key(step, 0), estimator.Noise * bound / objective.Count);
        }

        return loss / objective.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sum.Dispose();
        noise.Dispose();
    }

    private double Norm()
    {
        var squares = 0.0;
        foreach (var parameter in trained)
        {
            squares += backend.SumOfSquares(parameter.Gradient);
        }

        return Math.Sqrt(squares);
    }
}
