namespace Tributary.Learning.Autograd.Operations;

/// <summary>a · weight of a + b · weight of b, of two losses; without b the first alone.</summary>
public sealed class LossSumOperation : Operation
{
    private Var a = null!;
    private Var? b;
    private Var sum = null!;
    private float weightOfA;
    private float weightOfB;

    /// <inheritdoc/>
    protected internal override Var Output => sum;

    internal LossSumOperation Set(Var a, float weightOfA, Var? b, float weightOfB)
    {
        (this.a, this.weightOfA, this.b, this.weightOfB) = (a, weightOfA, b, weightOfB);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        sum = tape.NewScalar(a.NeedsGradient || b is { NeedsGradient: true });
        sum.Scalar = (weightOfA * a.Scalar) + (weightOfB * (b?.Scalar ?? 0));
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape) => sum.ScalarTangent = (weightOfA * a.ScalarTangent) + (weightOfB * (b?.ScalarTangent ?? 0));

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        a.ScalarGradient += weightOfA * sum.ScalarGradient;
        if (b is not null)
        {
            b.ScalarGradient += weightOfB * sum.ScalarGradient;
        }
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (a, b, sum) = (null!, null, null!);
}
