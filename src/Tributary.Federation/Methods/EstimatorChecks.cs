using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

/// <summary>What gradients along directions need, and messages of slopes alone; one line for each that is missing.</summary>
internal static class EstimatorChecks
{
    private const int MostDirections = 1 << 20;

    public static IEnumerable<string> Check(Method method) => [.. method.LocalProgram.Phases.SelectMany(Settings).Distinct(StringComparer.Ordinal), .. Up(method), .. Down(method)];

    /// <summary>Whether a method's messages can be of such steps: slopes alone say what plain SGD made of them.</summary>
    public static bool Allows(Method method, OptimizerSpec optimizer) => method.Codec.Up is not Encoding.SeedScalars || optimizer is OptimizerSpec.Sgd { Momentum: 0, WeightDecay: 0 };

    private static IEnumerable<string> Settings(Phase phase)
    {
        if (phase.Estimator is Estimator.TwoPoint { Epsilon: not (> 0 and <= 1) } or Estimator.TwoPoint { MostDifference: not (null or > 0) })
        {
            yield return "method.local_program: two_point needs epsilon above 0 and at most 1, and most_difference above 0";
        }

        if (phase.Estimator is Estimator.PerSample { Bound: not (null or (> 0 and <= 1e12)) } or Estimator.PerSample { Noise: not (>= 0 and <= 1e12) }
            or Estimator.PerSample { Bound: null, Noise: > 0 } or Estimator.PerSample { Bound: null, Automatic: true })
        {
            yield return "method.local_program: per_sample needs a bound above 0, without which there is neither noise nor automatic, and noise of at least 0";
        }

        var directions = phase.Estimator switch
        {
            Estimator.TwoPoint points => points.Directions,
            Estimator.ForwardMode forward => forward.Directions,
            _ => null,
        };
        if (directions is Directions.Fresh { Count: < 1 or > MostDirections } or Directions.Pool { Size: < 1 or > MostDirections })
        {
            yield return $"method.local_program: the number of directions must be from 1 to {MostDirections}";
        }
    }

    private static IEnumerable<string> Up(Method method)
    {
        const string What = "method.codec.up: seed_scalars";
        if (method.Codec.Up is not Encoding.SeedScalars)
        {
            yield break;
        }

        if (SeedScalarRules.DirectionsOf(method) is null)
        {
            yield return $"{What} needs one phase with the estimator two_point or forward_mode";
        }

        foreach (var phase in method.LocalProgram.Phases)
        {
            if (!Allows(method, phase.Optimizer))
            {
                yield return $"{What} needs training.optimizer: sgd without momentum and weight_decay, so that steps can be added up";
            }

            if (phase.LearningRateSchedule is not null || phase.LearningRateFactors is not null || phase.Clipping is not null || phase.Hooks.Count > 0 || phase.Losses.Any(term => term is not LossTerm.Task))
            {
                yield return $"{What} needs one constant rate, no clipping, no hooks and the task loss alone";
            }

            if (phase.Budget is not Budget.Steps)
            {
                yield return $"{What} needs training.local_steps in place of local_epochs, so that both ends know how many there are";
            }
        }

        if (method.Capacity is not (Capacity.Uniform or Capacity.Blocks or Capacity.Units) || method.Initialisation is not Initialisation.Standard)
        {
            yield return $"{What} needs clients that begin at the model and hold whole tensors that the server chose";
        }

        if (method.Schedule is not Schedule.Constant)
        {
            yield return $"{What} needs method.schedule: constant";
        }
    }

    private static IEnumerable<string> Down(Method method)
    {
        var pool = SeedScalarRules.DirectionsOf(method) as Directions.Pool;
        if (method.Codec.Down is Encoding.SeedScalars
            && (pool is null || method is not { Codec.Up: Encoding.SeedScalars, Combine: Combine.Factors { Over: Normaliser.Senders }, ServerStep: ServerStep.Replace { LearningRate: 1 }, Capacity: Capacity.Uniform }))
        {
            yield return "method.codec.down: seed_scalars needs seed_scalars upwards too, a pool of directions, factors joined over their senders, server_step: replace and capacity: uniform";
        }

        if (pool is { Draw: PoolDraw.Importance } && method.Codec.Down is not Encoding.SeedScalars)
        {
            yield return "method.local_program: a pool drawn by importance needs method.codec: seed_scalars both ways, because the server knows the importance";
        }
    }
}
