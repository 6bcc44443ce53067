using System.Text.Json.Serialization;
using Tributary.Numerics;

namespace Tributary.Learning.Optimization;

/// <summary>Which optimizer and its settings: a closed set of values that travel as JSON. Defaults and semantics are those of torch.optim.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Sgd), "sgd")]
[JsonDerivedType(typeof(Adam), "adam")]
[JsonDerivedType(typeof(AdamW), "adamw")]
[JsonDerivedType(typeof(Adagrad), "adagrad")]
[JsonDerivedType(typeof(RmsProp), "rmsprop")]
[JsonDerivedType(typeof(Yogi), "yogi")]
public abstract record OptimizerSpec
{
    private OptimizerSpec()
    {
    }

    /// <summary>The base learning rate, before any schedule.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>Which state buffers the update keeps.</summary>
    internal abstract OptimizerBuffers Buffers { get; }

    /// <summary>The numbers of update <paramref name="step"/> (from 1) at the rate in force.</summary>
    internal abstract OptimizerStep At(long step, double learningRate);

    /// <summary>Stochastic gradient descent with momentum, dampening and Nesterov's variant.</summary>
    public sealed record Sgd(double LearningRate = 1e-3, double Momentum = 0, double Dampening = 0, bool Nesterov = false, double WeightDecay = 0) : OptimizerSpec
    {
        /// <inheritdoc/>
        public override double LearningRate { get; init; } = LearningRate;

        internal override OptimizerBuffers Buffers => Momentum == 0 ? OptimizerBuffers.None : OptimizerBuffers.First;

        internal override OptimizerStep At(long step, double learningRate) =>
            new(OptimizerKind.Sgd, step, learningRate, WeightDecay: WeightDecay, Momentum: Momentum, Dampening: Dampening, Nesterov: Nesterov);
    }

    /// <summary>Adam with weight decay added to the gradient (Kingma and Ba 2015); AMSGrad keeps the largest second moment (Reddi et al. 2018).</summary>
    public sealed record Adam(
        double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0, bool AmsGrad = false) : OptimizerSpec
    {
        /// <inheritdoc/>
        public override double LearningRate { get; init; } = LearningRate;

        internal override OptimizerBuffers Buffers => AmsGrad ? OptimizerBuffers.All : OptimizerBuffers.First | OptimizerBuffers.Second;

        internal override OptimizerStep At(long step, double learningRate) =>
            new(OptimizerKind.Adam, step, learningRate, Beta1, Beta2, Epsilon, WeightDecay, AmsGrad: AmsGrad);
    }

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    public sealed record AdamW(
        double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01, bool AmsGrad = false) : OptimizerSpec
    {
        /// <inheritdoc/>
        public override double LearningRate { get; init; } = LearningRate;

        internal override OptimizerBuffers Buffers => AmsGrad ? OptimizerBuffers.All : OptimizerBuffers.First | OptimizerBuffers.Second;

        internal override OptimizerStep At(long step, double learningRate) =>
            new(OptimizerKind.AdamW, step, learningRate, Beta1, Beta2, Epsilon, WeightDecay, AmsGrad: AmsGrad);
    }

    /// <summary>Adagrad (Duchi et al. 2011); <paramref name="Decay"/> shrinks the rate as 1 / (1 + (step − 1) · decay).</summary>
    public sealed record Adagrad(
        double LearningRate = 1e-2, double Decay = 0, double WeightDecay = 0, double InitialAccumulator = 0, double Epsilon = 1e-10) : OptimizerSpec
    {
        /// <inheritdoc/>
        public override double LearningRate { get; init; } = LearningRate;

        internal override OptimizerBuffers Buffers => OptimizerBuffers.Second;

        internal override OptimizerStep At(long step, double learningRate) =>
            new(OptimizerKind.Adagrad, step, learningRate, Epsilon: Epsilon, WeightDecay: WeightDecay, Decay: Decay, InitialAccumulator: InitialAccumulator);
    }

    /// <summary>RMSprop (Hinton 2012); centred, it divides by the deviation of the gradient instead of its root mean square.</summary>
    public sealed record RmsProp(
        double LearningRate = 1e-2, double Alpha = 0.99, double Epsilon = 1e-8, double WeightDecay = 0, double Momentum = 0, bool Centered = false) : OptimizerSpec
    {
        /// <inheritdoc/>
        public override double LearningRate { get; init; } = LearningRate;

        internal override OptimizerBuffers Buffers =>
            OptimizerBuffers.Second | (Momentum == 0 ? OptimizerBuffers.None : OptimizerBuffers.First) | (Centered ? OptimizerBuffers.Third : OptimizerBuffers.None);

        internal override OptimizerStep At(long step, double learningRate) => new(
            OptimizerKind.RmsProp, step, learningRate, Epsilon: Epsilon, WeightDecay: WeightDecay, Momentum: Momentum, Alpha: Alpha, Centered: Centered);
    }

    /// <summary>Yogi (Zaheer et al. 2018); both moments begin at <paramref name="InitialAccumulator"/>.</summary>
    public sealed record Yogi(
        double LearningRate = 1e-2, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-3, double InitialAccumulator = 1e-6, double WeightDecay = 0) : OptimizerSpec
    {
        /// <inheritdoc/>
        public override double LearningRate { get; init; } = LearningRate;

        internal override OptimizerBuffers Buffers => OptimizerBuffers.First | OptimizerBuffers.Second;

        internal override OptimizerStep At(long step, double learningRate) =>
            new(OptimizerKind.Yogi, step, learningRate, Beta1, Beta2, Epsilon, WeightDecay, InitialAccumulator: InitialAccumulator);
    }
}
