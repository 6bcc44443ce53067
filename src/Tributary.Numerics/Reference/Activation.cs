using System.Numerics;

namespace Tributary.Numerics.Reference;

/// <summary>The activation functions and their derivatives, one number at a time.</summary>
internal static class Activation<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T Half = T.CreateChecked(0.5);
    private static readonly T QuickSlope = T.CreateChecked(1.702);
    private static readonly T TanhScale = T.CreateChecked(0.7978845608028653558798921198687637369517); // sqrt(2 / pi)
    private static readonly T TanhCubic = T.CreateChecked(0.044715);

    /// <summary>f(x).</summary>
    public static T Value(ActivationKind kind, T x) => kind switch
    {
        ActivationKind.Relu => x > T.Zero ? x : T.Zero,
        ActivationKind.Gelu => x * Normal(x),
        ActivationKind.GeluTanh => Half * x * (T.One + T.Tanh(TanhArgument(x))),
        ActivationKind.Silu => x * Sigmoid(x),
        ActivationKind.Tanh => T.Tanh(x),
        ActivationKind.QuickGelu => x * Sigmoid(QuickSlope * x),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown activation"),
    };

    /// <summary>f′(x); 0 at the kink of ReLU.</summary>
    public static T Slope(ActivationKind kind, T x) => kind switch
    {
        ActivationKind.Relu => x > T.Zero ? T.One : T.Zero,
        ActivationKind.Gelu => Normal(x) + (x * NormalDensity(x)),
        ActivationKind.GeluTanh => GeluTanhSlope(x),
        ActivationKind.Silu => SwishSlope(x, T.One),
        ActivationKind.Tanh => T.One - (T.Tanh(x) * T.Tanh(x)),
        ActivationKind.QuickGelu => SwishSlope(x, QuickSlope),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown activation"),
    };

    private static T Sigmoid(T x) => T.One / (T.One + T.Exp(-x));

    private static T SwishSlope(T x, T factor)
    {
        var sigmoid = Sigmoid(factor * x);
        return sigmoid + (factor * x * sigmoid * (T.One - sigmoid));
    }

    private static T Normal(T x) => T.CreateChecked(0.5 * ErrorFunction.Erfc(-double.CreateChecked(x) / Math.Sqrt(2)));

    private static T NormalDensity(T x) => T.Exp(-Half * x * x) / T.Sqrt(T.Tau);

    private static T TanhArgument(T x) => TanhScale * (x + (TanhCubic * x * x * x));

    private static T GeluTanhSlope(T x)
    {
        var tanh = T.Tanh(TanhArgument(x));
        var inner = TanhScale * (T.One + (T.CreateChecked(3) * TanhCubic * x * x));
        return (Half * (T.One + tanh)) + (Half * x * (T.One - (tanh * tanh)) * inner);
    }
}
