using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// How far x lies from a constant target, in units of that: mean(((t − x) / rms(t))²) = ‖t − x‖² / ‖t‖², the same when both are multiplied by one number (Xiao et al. 2023).
/// The gradient carries <c>scale</c>.
/// </summary>
public sealed class RelativeErrorOperation : Operation
{
    private Var x = null!;
    private Var target = null!;
    private Var loss = null!;
    private Matrix difference;
    private double squares;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal RelativeErrorOperation Set(Var x, Var target, float scale)
    {
        (this.x, this.target, this.scale) = x.Rows == target.Rows && x.Width == target.Width
            ? (x, target, scale)
            : throw new ArgumentException($"a target of {target.Rows} x {target.Width} for {x.Rows} x {x.Width} values");
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(x.NeedsGradient);
        difference = tape.Arena.Rent(x.Rows, x.Width);
        tape.Backend.AddScaled(x.Value, difference, 1, 0);
        tape.Backend.AddScaled(target.Value, difference, -1);
        squares = tape.Backend.SumOfSquares(target.Value);
        loss.Scalar = tape.Backend.SumOfSquares(difference) / squares;
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            loss.ScalarTangent = 2 * tape.Backend.Dot(difference, x.Tangent) / squares;
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var factor = (float)(2 * scale * loss.ScalarGradient / squares);
        tape.Backend.AddScaled(difference, tape.GradientToOverwriteOrAdd(x, out var beta), factor, beta);
        tape.Arena.Return(difference);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, target, loss, difference) = (null!, null!, null!, default);
}
