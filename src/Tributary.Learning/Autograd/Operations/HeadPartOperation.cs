using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// One part of every head of a fused projection: x is [rows, heads · parts · width], y[r, h · width + i] = x[r, (h · parts + part) · width + i] (GPT-NeoX keeps query, key and
/// value of a head together).
/// </summary>
public sealed class HeadPartOperation : Operation
{
    private Var x = null!;
    private Var output = null!;
    private int part;
    private int parts;
    private int headWidth;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal HeadPartOperation Set(Var x, int part, int parts, int headWidth)
    {
        (this.x, this.part, this.parts, this.headWidth) = (x, part, parts, headWidth);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Value.Rows, x.Value.Columns / parts, x.NeedsGradient);
        tape.Backend.AddScaled(Part(x.Value), Heads(output.Value), 1, 0);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            tape.Backend.AddScaled(Part(x.Tangent), Heads(tape.TangentToAdd(output)), 1, 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.Backend.AddScaled(Heads(output.Gradient), Part(tape.GradientToAdd(x)), 1, 1);

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output) = (null!, null!);

    private Matrix Heads(Matrix y) => y.Reshape((int)(y.Count / headWidth), headWidth);

    private Matrix Part(Matrix fused) => fused.Reshape((int)(fused.Count / (parts * headWidth)), parts * headWidth).ColumnRange(part * headWidth, headWidth);
}
