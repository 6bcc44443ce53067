using System.Text.Json.Serialization;
using Tributary.Numerics;

namespace Tributary.Learning.Optimization;

/// <summary>
/// How the learning rate moves over the optimizer steps of a run: a closed set of values that travel as JSON, with the semantics of the schedulers in
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

    /// <summary>Steps of linear warm-up.</summary>
    [JsonIgnore]
    protected virtual long Warmup => 0;

    /// <summary>The rate in force at <paramref name="step"/>, counted from 0, of a run of <paramref name="totalSteps"/> steps.</summary>
    public double At(long step, long totalSteps, double baseRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return step < Warmup
            ? baseRate * (step / (double)Math.Max(1, Warmup))
            : After(step, totalSteps, baseRate);
    }

    /// <summary>The rate once the warm-up is over.</summary>
    protected abstract double After(long step, long totalSteps, double baseRate);

    /// <summary>Share of the way from the end of the warm-up to the end of the run; more than 1 past the end.</summary>
    protected double Progress(long step, long totalSteps) => (step - Warmup) / (double)Math.Max(1, totalSteps - Warmup);

    /// <summary>Always the base rate.</summary>
    public sealed record Constant : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate) => baseRate;
    }

    /// <summary>The base rate after the warm-up.</summary>
    public sealed record ConstantWithWarmup(long WarmupSteps = 0) : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override long Warmup => WarmupSteps;

        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate) => baseRate;
    }

    /// <summary>Falls in a straight line to zero at the last step.</summary>
    public sealed record Linear(long WarmupSteps = 0) : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override long Warmup => WarmupSteps;

        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate) =>
            baseRate * Math.Max(0, (totalSteps - step) / (double)Math.Max(1, totalSteps - WarmupSteps));
    }

    /// <summary>Follows <paramref name="Cycles"/> waves of a cosine (half a wave: from the base rate to zero). Past the end it goes on along the wave.</summary>
    public sealed record Cosine(long WarmupSteps = 0, double Cycles = 0.5) : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override long Warmup => WarmupSteps;

        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate) =>
            baseRate * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * Cycles * 2 * Progress(step, totalSteps))));
    }

    /// <summary>Falls along half a cosine <paramref name="Cycles"/> times, each time from the base rate; zero past the end (Loshchilov and Hutter 2017).</summary>
    public sealed record CosineWithRestarts(long WarmupSteps = 0, double Cycles = 1) : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override long Warmup => WarmupSteps;

        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate)
        {
            var progress = Progress(step, totalSteps);
            return progress >= 1 ? 0 : baseRate * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (Cycles * progress % 1))));
        }
    }

    /// <summary>Falls to <paramref name="EndRate"/> as the remaining share of the run to the given power, and stays there.</summary>
    public sealed record Polynomial(long WarmupSteps = 0, double EndRate = 1e-7, double Power = 1) : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override long Warmup => WarmupSteps;

        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate) =>
            EndRate >= baseRate ? throw new InputException($"polynomial schedule ends at {EndRate:R}, not below its base rate {baseRate:R}; lower end_rate")
            : step >= totalSteps ? EndRate
            : ((baseRate - EndRate) * Math.Pow(1 - Progress(step, totalSteps), Power)) + EndRate;
    }

    /// <summary>Falls as one over the root of the step. The time scale is the warm-up unless given, and 10 000 without a warm-up.</summary>
    public sealed record InverseSqrt(long WarmupSteps = 0, long? TimeScale = null) : LearningRateSchedule
    {
        /// <inheritdoc/>
        protected override long Warmup => WarmupSteps;

        /// <inheritdoc/>
        protected override double After(long step, long totalSteps, double baseRate)
        {
            var scale = TimeScale ?? (WarmupSteps > 0 ? WarmupSteps : 10_000);
            return baseRate / Math.Sqrt((step + scale - WarmupSteps) / (double)scale);
        }
    }
}
