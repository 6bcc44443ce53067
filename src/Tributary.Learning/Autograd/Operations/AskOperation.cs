using Tributary.Learning.Models;
using Tributary.Learning.Objectives;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>The mean loss that somebody else finds from rows; its gradient there, which carries <c>scale</c>, comes with it.</summary>
public sealed class AskOperation : Operation
{
    private float[] given = [];
    private float[] gradient = [];
    private Var x = null!;
    private Var loss = null!;
    private TokenRows rows = null!;
    private IUpperBlocks upper = null!;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal AskOperation Set(Var x, TokenRows rows, IUpperBlocks upper, float scale)
    {
        (this.x, this.rows, this.upper, this.scale) = (x, rows, upper, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        loss = tape.NewScalar(x.NeedsGradient);
        var count = (int)x.Value.Count;
        if (given.Length < count)
        {
            (given, gradient) = (new float[count], new float[count]);
        }

        tape.Backend.Read(x.Value, given.AsSpan(0, count));
        loss.Scalar = tape.Mode == TapeMode.Record
            ? upper.AddGradient(rows, given.AsMemory(0, count), scale, gradient.AsMemory(0, loss.NeedsGradient ? count : 0))
            : upper.Loss(rows, given.AsMemory(0, count));
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape) => throw new NotSupportedException("a loss that somebody else finds has no derivative along a direction");

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var dx = tape.Arena.Rent(x.Rows, x.Width);
        tape.Backend.Upload(gradient.AsSpan(0, (int)dx.Count), dx);
        tape.GiveGradient(x, dx, loss.ScalarGradient);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, loss, rows, upper) = (null!, null!, null!, null!);
}
