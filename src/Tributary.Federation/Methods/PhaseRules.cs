using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

/// <summary>Settings of a client's phase that cannot hold, one line for each.</summary>
internal static class PhaseRules
{
    /// <summary>Those that hold or not by themselves.</summary>
    public static IEnumerable<string> CheckReplaceable(Phase phase) => [.. Optimizer(phase.Optimizer), .. Clipping(phase.Clipping), .. Work(phase)];

    /// <summary>Those of a schedule with its optimizer.</summary>
    public static IEnumerable<string> CheckTogether(Phase phase) => Schedule(phase);

    private static IEnumerable<string> Optimizer(OptimizerSpec optimizer)
    {
        if (!(optimizer.LearningRate > 0 && double.IsFinite(optimizer.LearningRate)))
        {
            yield return $"training.optimizer: learning_rate is {optimizer.LearningRate:R}, it must be above 0";
        }

        if (Decays(optimizer).Any(beta => beta is not (>= 0 and < 1)))
        {
            yield return "training.optimizer: betas, alpha and momentum must be from 0 to below 1";
        }

        if (Growths(optimizer).Any(value => value is not (>= 0 and < double.MaxValue)))
        {
            yield return "training.optimizer: dampening, decay and initial_accumulator must not be negative";
        }

        if (WeightDecay(optimizer) is not (>= 0 and <= 1e6))
        {
            yield return "training.optimizer: weight_decay must be from 0 to 1000000";
        }

        // At 0 the first update of a value without gradient would be 0 / 0.
        if (Epsilon(optimizer) is not (> 0 and <= 1))
        {
            yield return "training.optimizer: epsilon must be above 0 and at most 1";
        }
    }

    private static IEnumerable<string> Schedule(Phase phase)
    {
        const string Key = "training.lr_schedule";
        if (phase.LearningRateSchedule is LearningRateSchedule.Warmed warmed)
        {
            if (warmed.WarmupSteps is < 0 or > int.MaxValue || warmed.WarmupRatio is not (>= 0 and <= 1))
            {
                yield return $"{Key}: warmup_steps must be from 0 to {int.MaxValue}, warmup_ratio from 0 to 1";
            }

            if (warmed is { WarmupSteps: > 0, WarmupRatio: > 0 })
            {
                yield return $"{Key}: warmup_steps and warmup_ratio exclude each other; keep one";
            }
        }

        var (end, positive) = phase.LearningRateSchedule switch
        {
            LearningRateSchedule.Cosine s => (s.EndRate, [("cycles", s.Cycles)]),
            LearningRateSchedule.CosineWithRestarts s => (0.0, [("cycles", s.Cycles)]),
            LearningRateSchedule.Polynomial s => (s.EndRate, [("power", s.Power)]),
            LearningRateSchedule.InverseSqrt { TimeScale: { } scale } => (0.0, [("time_scale", scale)]),
            _ => (0.0, Array.Empty<(string Name, double Value)>()),
        };
        foreach (var (name, value) in positive.Where(setting => !(setting.Value > 0 && double.IsFinite(setting.Value))))
        {
            yield return $"{Key}: {name} is {value:R}, it must be above 0";
        }

        // A rate that is itself refused leaves nothing to compare with.
        if (!(end >= 0) || (phase.Optimizer.LearningRate > 0 && end >= phase.Optimizer.LearningRate))
        {
            yield return $"{Key}: end_rate is {end:R}, it must be from 0 to below the optimizer's rate";
        }
    }

    private static IEnumerable<string> Clipping(GradientClipping? clipping)
    {
        var bound = clipping switch
        {
            GradientClipping.ByNorm norm => norm.MaxNorm,
            GradientClipping.ByValue value => value.Limit,
            _ => 1,
        };
        if (!(bound > 0 && double.IsFinite(bound)))
        {
            yield return $"training.clipping: the largest norm or value is {bound:R}, it must be above 0";
        }

        if (clipping is GradientClipping.ByNorm { NormType: not >= 1 })
        {
            yield return "training.clipping: norm_type must be at least 1";
        }
    }

    private static IEnumerable<string> Work(Phase phase)
    {
        if (phase.BatchSize < 1 || phase.GradientAccumulationSteps < 1 || phase.Budget is Budget.Steps { Count: < 1 } or Budget.Epochs { Count: < 1 })
        {
            yield return "method.local_program: batch size, gradient accumulation steps, steps and epochs must be at least 1";
        }
        else if ((long)phase.BatchSize * phase.GradientAccumulationSteps > int.MaxValue)
        {
            yield return $"training: batch_size times gradient_accumulation_steps is more than {int.MaxValue} samples; lower one of them";
        }

        if (!phase.Losses.Any(term => term is LossTerm.Task))
        {
            yield return "method.local_program: a phase needs the task loss";
        }

        if (phase.Losses.Any(term => term is LossTerm.TailNorm { Lambda: not (>= 0 and <= double.MaxValue) } or LossTerm.TailNorm { Gamma: not (> 0 and < 1) }))
        {
            yield return "method.local_program: tail_norm needs lambda of at least 0 and gamma above 0 and below 1";
        }

        if (phase.Losses.Any(term => term is LossTerm.ProductDecay { Lambda: not (>= 0 and <= double.MaxValue) }))
        {
            yield return "method.local_program: product_decay needs lambda of at least 0";
        }

        if (phase.Losses.Any(term => term is LossTerm.LoadBalance { Beta: not (>= 0 and <= double.MaxValue) }))
        {
            yield return "method.local_program: load_balance needs beta of at least 0";
        }

        if (phase.LearningRateFactors is { } factors && (factors.Values.Any(factor => !(factor > 0 && double.IsFinite(factor))) || phase.Hooks.Any(hook => hook is Hook.ControlVariate)))
        {
            yield return "method.local_program: learning_rate_factors must be above 0, and do not go with control_variate, which divides by one rate";
        }

        if (phase.LearningRateDecay is not (> 0 and <= 1))
        {
            yield return "method.local_program: learning_rate_decay must be above 0 and at most 1";
        }

        if (phase.Losses.Any(term => term is LossTerm.Proximal { Mu: not (>= 0 and <= double.MaxValue) }))
        {
            yield return "method.local_program: mu must not be negative";
        }
    }

    private static double WeightDecay(OptimizerSpec optimizer) => optimizer switch
    {
        OptimizerSpec.Sgd o => o.WeightDecay,
        OptimizerSpec.Adam o => o.WeightDecay,
        OptimizerSpec.AdamW o => o.WeightDecay,
        OptimizerSpec.Adagrad o => o.WeightDecay,
        OptimizerSpec.RmsProp o => o.WeightDecay,
        OptimizerSpec.Yogi o => o.WeightDecay,
        _ => 0,
    };

    private static double Epsilon(OptimizerSpec optimizer) => optimizer switch
    {
        OptimizerSpec.Adam o => o.Epsilon,
        OptimizerSpec.AdamW o => o.Epsilon,
        OptimizerSpec.Adagrad o => o.Epsilon,
        OptimizerSpec.RmsProp o => o.Epsilon,
        OptimizerSpec.Yogi o => o.Epsilon,
        _ => 1,
    };

    private static double[] Growths(OptimizerSpec optimizer) => optimizer switch
    {
        OptimizerSpec.Sgd o => [o.Dampening],
        OptimizerSpec.Adagrad o => [o.Decay, o.InitialAccumulator],
        OptimizerSpec.Yogi o => [o.InitialAccumulator],
        _ => [],
    };

    private static double[] Decays(OptimizerSpec optimizer) => optimizer switch
    {
        OptimizerSpec.Sgd o => [o.Momentum],
        OptimizerSpec.Adam o => [o.Beta1, o.Beta2],
        OptimizerSpec.AdamW o => [o.Beta1, o.Beta2],
        OptimizerSpec.RmsProp o => [o.Alpha, o.Momentum],
        OptimizerSpec.Yogi o => [o.Beta1, o.Beta2],
        _ => [],
    };
}
