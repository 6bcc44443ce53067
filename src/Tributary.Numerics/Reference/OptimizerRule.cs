using System.Numerics;

namespace Tributary.Numerics.Reference;

/// <summary>One step of an optimizer for one number, as torch.optim defines it; Yogi as in Zaheer et al. 2018 with bias correction.</summary>
internal sealed class OptimizerRule<T>(OptimizerStep step)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _rate = Of(step.LearningRate);
    private readonly T _decay = Of(step.WeightDecay);
    private readonly T _epsilon = Of(step.Epsilon);
    private readonly T _momentum = Of(step.Momentum);
    private readonly T _beta1 = Of(step.Beta1);
    private readonly T _beta2 = Of(step.Beta2);
    private readonly T _otherBeta1 = Of(1 - step.Beta1);
    private readonly T _otherBeta2 = Of(1 - step.Beta2);
    private readonly T _alpha = Of(step.Alpha);
    private readonly T _otherAlpha = Of(1 - step.Alpha);
    private readonly T _initial = Of(step.InitialAccumulator);
    private readonly T _correctedRate = Of(step.LearningRate / (1 - Math.Pow(step.Beta1, step.Step)));
    private readonly T _rootCorrection = Of(Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step)));

    /// <summary>Moves the parameter <paramref name="p"/> by its gradient <paramref name="g"/> and its states.</summary>
    public void Apply(ref T p, T g, ref T m, ref T v, ref T extra)
    {
        g = step.Maximize ? -g : g;
        if (step.Kind == OptimizerKind.AdamW)
        {
            p *= Of(1 - (step.LearningRate * step.WeightDecay));
        }
        else
        {
            g += _decay * p;
        }

        switch (step.Kind)
        {
            case OptimizerKind.Sgd:
                p -= _rate * Momentum(g, ref m);
                break;
            case OptimizerKind.Adam or OptimizerKind.AdamW:
                p -= Adam(g, ref m, ref v, ref extra);
                break;
            case OptimizerKind.Adagrad:
                v = (step.Step == 1 ? _initial : v) + (g * g);
                p -= Of(step.LearningRate / (1 + ((step.Step - 1) * step.Decay))) * g / (T.Sqrt(v) + _epsilon);
                break;
            case OptimizerKind.RmsProp:
                p -= _rate * RmsProp(g, ref m, ref v, ref extra);
                break;
            case OptimizerKind.Yogi:
                p -= Yogi(g, ref m, ref v);
                break;
            default:
                throw new ArgumentException($"unknown optimizer {step.Kind}");
        }
    }

    private static T Of(double value) => T.CreateChecked(value);

    private T Momentum(T g, ref T m)
    {
        if (step.Momentum == 0)
        {
            return g;
        }

        m = step.Step == 1 ? g : (_momentum * m) + (Of(1 - step.Dampening) * g);
        return step.Nesterov ? g + (_momentum * m) : m;
    }

    private T Adam(T g, ref T m, ref T v, ref T largest)
    {
        m = (_beta1 * m) + (_otherBeta1 * g);
        v = (_beta2 * v) + (_otherBeta2 * g * g);
        if (step.AmsGrad)
        {
            largest = T.Max(largest, v);
        }

        return _correctedRate * m / ((T.Sqrt(step.AmsGrad ? largest : v) / _rootCorrection) + _epsilon);
    }

    private T RmsProp(T g, ref T m, ref T v, ref T mean)
    {
        v = (_alpha * v) + (_otherAlpha * g * g);
        var variance = v;
        if (step.Centered)
        {
            mean = (_alpha * mean) + (_otherAlpha * g);
            variance = T.Max(T.Zero, v - (mean * mean)); // rounding may leave a tiny negative number
        }

        var scaled = g / (T.Sqrt(variance) + _epsilon);
        if (step.Momentum == 0)
        {
            return scaled;
        }

        m = (_momentum * m) + scaled;
        return m;
    }

    private T Yogi(T g, ref T m, ref T v)
    {
        (m, v) = step.Step == 1 ? (_initial, _initial) : (m, v);
        m = (_beta1 * m) + (_otherBeta1 * g);
        v -= _otherBeta2 * Of(T.Sign(v - (g * g))) * g * g;
        return _correctedRate * m / ((T.Sqrt(v) / _rootCorrection) + _epsilon);
    }
}
