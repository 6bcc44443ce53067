namespace Tributary.Numerics;

/// <summary>Which normalisation of a row.</summary>
public enum NormKind
{
    /// <summary>Subtract the mean, divide by the standard deviation (Ba et al. 2016).</summary>
    Layer,

    /// <summary>Divide by the root of the mean square (Zhang and Sennrich 2019).</summary>
    Rms,

    /// <summary>Neither: gain and bias alone (NoNorm of MobileBERT, Sun et al. 2020).</summary>
    Affine,

    /// <summary>As <see cref="Rms"/>, with gains of 1 + the given ones (Gemma).</summary>
    RmsPlusOne,
}

/// <summary>Elementwise activation, named as in Hugging Face configurations.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x) with the exact normal distribution.</summary>
    Gelu,

    /// <summary>The tanh approximation of GELU ("gelu_new", "gelu_pytorch_tanh").</summary>
    GeluTanh,

    /// <summary>x·σ(x), also called swish.</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>σ(1.702 x)·x ("quick_gelu").</summary>
    QuickGelu,
}

/// <summary>Which update an optimizer applies.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum and Nesterov's variant.</summary>
    Sgd,

    /// <summary>Adam with L2 regularisation added to the gradient (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>Adagrad (Duchi et al. 2011).</summary>
    Adagrad,

    /// <summary>RMSprop (Hinton 2012).</summary>
    RmsProp,

    /// <summary>Yogi (Zaheer et al. 2018).</summary>
    Yogi,
}

/// <summary>
/// One optimizer step's numbers. <c>Step</c> counts from 1. Unused ones are ignored: Momentum, Dampening, Nesterov by all but SGD and RMSprop;
/// Decay is Adagrad's learning-rate decay, Alpha RMSprop's smoothing, Centered its variance form. Semantics as in torch.optim.
/// </summary>
public readonly record struct OptimizerStep(
    OptimizerKind Kind, long Step, double LearningRate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0,
    double Momentum = 0, double Dampening = 0, bool Nesterov = false, double Decay = 0, double Alpha = 0.99, bool Centered = false, double InitialAccumulator = 0,
    bool Maximize = false, bool AmsGrad = false);
