using System.Text.Json.Serialization;
using Tributary.Numerics;

namespace Tributary.Learning.Optimization;

/// <summary>
/// How the learning rate moves over a number of steps: a closed set of values that travel as JSON, with the semantics of the schedulers in
/// Hugging Face Transformers. All but <see cref="Constant"/> begin with a linear warm-up from zero.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Constant), "constant")]
[JsonDerivedType(typeof(ConstantWithWarmup), "constant_with_warmup")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(Cosine), "cosine")]
[JsonDerivedType(typeof(CosineWithRestarts), "cosine_with_restarts")]
[JsonDerivedType(typeof(Polynomial), "polynomial")]
[JsonDerivedType(typeof(InverseSqrt), "inverse_sqrt")]
public abstract record LearningRateSchedule
{
    private LearningRateSchedule()
    {
    }

    /// <summary>The rate in force at <paramref name="step"/>, counted from 0, of <paramref name="totalSteps"/> steps.</summary>
    public abstract double At(long step, long totalSteps, double baseRate);

    /// <summary>Always the base rate.</summary>
    public sealed record Constant : LearningRateSchedule
    {
        /// <inheritdoc/>
        public override double At(long step, long totalSteps, double baseRate) => baseRate;
    }

    /// <summary>A schedule that begins with a linear warm-up from zero.</summary>
    /// <param name="WarmupSteps">Steps of the warm-up.</param>
    public abstract record Warmed(long WarmupSteps) : LearningRateSchedule
    {
        /// <summary>Share of the steps that warm up, rounded up; counts when <see cref="WarmupSteps"/> is 0.</summary>
        public double WarmupRatio { get; init; }

        /// <inheritdoc/>
        public sealed override double At(long step, long totalSteps, double baseRate)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(step);
            var warmup = WarmupSteps > 0 ? WarmupSteps : (long)Math.Ceiling(totalSteps * WarmupRatio);
            return step < warmup ? baseRate * (step / (double)Math.Max(1, warmup)) : After(step, warmup, totalSteps, baseRate);
        }

        /// <summary>The rate once the warm-up is over.</summary>
        protected abstract double After(long step, long warmup, long totalSteps, double baseRate);

        /// <summary>Share of the way from the end of the warm-up to the end; more than 1 past the end.</summary>
        protected static double Progress(long step, long warmup, long totalSteps) => (step - warmup) / (double)Math.Max(1, totalSteps - warmup);
    }

    /// <summary>The base rate after the warm-up.</summary>
    public sealed record ConstantWithWarmup(long WarmupSteps = 0) : Warmed(WarmupSteps)
    {
        /// <inheritdoc/>
        protected override double After(long step, long warmup, long totalSteps, double baseRate) => baseRate;
    }

    /// <summary>Falls in a straight line to zero at the last step.</summary>
    public sealed record Linear(long WarmupSteps = 0) : Warmed(WarmupSteps)
    {
        /// <inheritdoc/>
        protected override double After(long step, long warmup, long totalSteps, double baseRate) =>
            baseRate * Math.Max(0, (totalSteps - step) / (double)Math.Max(1, totalSteps - warmup));
    }

    /// <summary>
    /// Follows <paramref name="Cycles"/> waves of a cosine (half a wave: from the base rate to <paramref name="EndRate"/>). Past the end it goes on along the wave.
    /// </summary>
    public sealed record Cosine(long WarmupSteps = 0, double Cycles = 0.5, double EndRate = 0) : Warmed(WarmupSteps)
    {
        /// <inheritdoc/>
        protected override double After(long step, long warmup, long totalSteps, double baseRate) =>
            EndRate + ((baseRate - EndRate) * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * Cycles * 2 * Progress(step, warmup, totalSteps)))));
    }

    /// <summary>Falls along half a cosine <paramref name="Cycles"/> times, each time from the base rate; zero past the end (Loshchilov and Hutter 2017).</summary>
    public sealed record CosineWithRestarts(long WarmupSteps = 0, double Cycles = 1) : Warmed(WarmupSteps)
    {
        /// <inheritdoc/>
        protected override double After(long step, long warmup, long totalSteps, double baseRate)
        {
            var progress = Progress(step, warmup, totalSteps);
            return progress >= 1 ? 0 : baseRate * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (Cycles * progress % 1))));
        }
    }

    /// <summary>Falls to <paramref name="EndRate"/> as the remaining share of the steps to the given power, and stays there.</summary>
    public sealed record Polynomial(long WarmupSteps = 0, double EndRate = 1e-7, double Power = 1) : Warmed(WarmupSteps)
    {
        /// <inheritdoc/>
        protected override double After(long step, long warmup, long totalSteps, double baseRate) =>
            EndRate >= baseRate ? throw new InputException($"polynomial schedule ends at {EndRate:R}, not below its base rate {baseRate:R}; lower end_rate")
            : step >= totalSteps ? EndRate
            : ((baseRate - EndRate) * Math.Pow(1 - Progress(step, warmup, totalSteps), Power)) + EndRate;
    }

    /// <summary>Falls as one over the root of the step. The time scale is the warm-up unless given, and 10 000 without a warm-up.</summary>
    public sealed record InverseSqrt(long WarmupSteps = 0, long? TimeScale = null) : Warmed(WarmupSteps)
    {
        /// <inheritdoc/>
        protected override double After(long step, long warmup, long totalSteps, double baseRate)
        {
            var scale = TimeScale ?? (warmup > 0 ? warmup : 10_000);
            return baseRate / Math.Sqrt((step + scale - warmup) / (double)scale);
        }
    }
}
