using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Estimators;
using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Federation.Clients;

/// <summary>What each <see cref="Estimator"/> does on a client, in one place.</summary>
internal static class Estimators
{
    /// <summary>An estimator over those tensors of a vector that a phase trains.</summary>
    public static IEstimator For(Estimator estimator, IBackend backend, TrainableVector vector, Func<Parameter, bool> trains, Func<Directions, DirectionSequence> sequence)
    {
        if (estimator is Estimator.Backprop)
        {
            return new Backpropagation(vector);
        }

        Parameter[] trained = [.. vector.Parameters.Where(trains)];
        var directions = new DirectionVector(backend, trained);
        return estimator switch
        {
            Estimator.PerSample clipped => new ClippedGradients(clipped, backend, vector, trained, directions, sequence(new Directions.Fresh())),
            Estimator.TwoPoint points => new DirectionalEstimate((objective, key) => Difference(points, objective.Loss, backend, vector, directions, key), sequence(points.Directions), directions, vector),
            Estimator.ForwardMode forward => new DirectionalEstimate((objective, key) => Tangent(objective, vector, directions, key), sequence(forward.Directions), directions, vector),
            _ => throw new ArgumentException($"unknown estimator {estimator}"),
        };
    }

    // The gradient's memory keeps the values meanwhile, so that they come back to the bit. Sees values of the loss alone.
    private static (double Loss, double Slope)? Difference(Estimator.TwoPoint points, Func<double> loss, IBackend backend, TrainableVector vector, DirectionVector directions, ulong key)
    {
        backend.AddScaled(vector.Values, vector.Gradient, 1, 0);
        var (ahead, behind) = (LossAt(points.Epsilon), LossAt(-points.Epsilon));
        var difference = ahead - behind;
        return double.IsFinite(difference) && Math.Abs(difference) <= (points.MostDifference ?? double.MaxValue)
            ? ((ahead + behind) / 2, difference / (2 * points.Epsilon))
            : null;

        double LossAt(double distance)
        {
            directions.AddTo(static parameter => parameter.Value, key, distance);
            var value = loss();
            backend.AddScaled(vector.Gradient, vector.Values, 1, 0);
            return value;
        }
    }

    // The gradient's memory holds the direction.
    private static (double Loss, double Slope)? Tangent(StepObjective objective, TrainableVector vector, DirectionVector directions, ulong key)
    {
        vector.ZeroGradient();
        directions.AddTo(static parameter => parameter.Gradient, key, 1);
        return objective.Derivative(vector.Gradient);
    }
}
