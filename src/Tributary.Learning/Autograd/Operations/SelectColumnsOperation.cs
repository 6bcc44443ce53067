using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>y = x[:, columns]: of the logits of a few rows those of a few tokens. It is the product with a one for each column among zeros, exact for finite values.</summary>
public sealed class SelectColumnsOperation : Operation
{
    private Var x = null!;
    private Var output = null!;
    private IReadOnlyList<int> columns = [];
    private float[] ones = [];

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal SelectColumnsOperation Set(Var x, IReadOnlyList<int> columns)
    {
        (this.x, this.columns) = (x, columns);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        output = tape.NewVar(x.Rows, columns.Count, x.NeedsGradient);
        Select(tape, x.Value, output.Value, 0);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (!x.Tangent.IsEmpty)
        {
            Select(tape, x.Tangent, tape.TangentToAdd(output), 1);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var chosen = Chosen(tape);
        tape.Backend.Gemm(output.Gradient, false, chosen, false, tape.GradientToOverwriteOrAdd(x, out var beta), 1, beta);
        tape.Arena.Return(chosen);
    }

    /// <inheritdoc/>
    protected internal override void Clear() => (x, output, columns) = (null!, null!, []);

    private void Select(Tape tape, Matrix from, Matrix to, float beta)
    {
        var chosen = Chosen(tape);
        tape.Backend.Gemm(from, false, chosen, true, to, 1, beta);
        tape.Arena.Return(chosen);
    }

    // [columns, width of x], a one in each row.
    private Matrix Chosen(Tape tape)
    {
        var (rows, width) = (columns.Count, x.Width);
        if (ones.Length < rows * width)
        {
            ones = new float[rows * width];
        }

        var values = ones.AsSpan(0, rows * width);
        values.Clear();
        for (var row = 0; row < rows; row++)
        {
            values[(row * width) + columns[row]] = 1;
        }

        var matrix = tape.Arena.Rent(rows, width);
        tape.Backend.Upload(values, matrix);
        return matrix;
    }
}
