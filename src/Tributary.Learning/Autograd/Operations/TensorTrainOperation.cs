using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// A matrix W [∏ m, ∏ n] as a tensor train (Oseledets 2011): W[(i₁…i_J), (o₁…o_J)] = G₁[i₁, o₁] · … · G_J[i_J, o_J] with cores G_j of [r_{j−1}, m_j, n_j, r_j]. The
/// cores are contracted from the left, which interleaves the axes as (m₁, n₁, m₂, n₂, …); a gather of rows puts them in order.
/// </summary>
public sealed class TensorTrainOperation : Operation
{
    private readonly Matrix[] contracted = new Matrix[TrainShape.MostCores];
    private IReadOnlyList<Var> cores = null!;
    private Var output = null!;
    private TrainShape shape = null!;

    /// <inheritdoc/>
    protected internal override Var Output => output;

    internal TensorTrainOperation Set(IReadOnlyList<Var> cores, TrainShape shape)
    {
        (this.cores, this.shape) = (cores, shape);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var needs = false;
        for (var j = 0; j < cores.Count; j++)
        {
            needs |= cores[j].NeedsGradient;
        }

        output = tape.NewVar(shape.Rows, shape.Columns, needs);
        Contract(tape);
        tape.Backend.Gather(InRows(contracted[cores.Count - 1]), shape.Order, InRows(output.Value));
        if (!output.NeedsGradient && tape.Mode != TapeMode.Tangent)
        {
            Return(tape);
        }
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        var moved = default(Matrix);
        for (var j = 0; j < cores.Count; j++)
        {
            moved = Move(tape, moved, j);
        }

        if (!moved.IsEmpty)
        {
            tape.Backend.Gather(InRows(moved), shape.Order, InRows(tape.TangentToAdd(output)));
            tape.Arena.Return(moved);
        }

        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape)
    {
        var backend = tape.Backend;
        var gradient = tape.Arena.Rent(shape.Rows, shape.Columns);
        backend.Gather(InRows(output.Gradient), shape.InverseOrder, InRows(gradient));
        for (var j = cores.Count - 1; j > 0; j--)
        {
            var left = Left(j);
            var dy = gradient.Reshape(left.Rows, Width(j));
            if (cores[j].NeedsGradient)
            {
                backend.Gemm(left, true, dy, false, AsRight(tape.GradientToOverwriteOrAdd(cores[j], out var beta), j), 1, beta);
            }

            var dleft = tape.Arena.Rent(left.Rows, left.Columns);
            backend.Gemm(dy, false, AsRight(cores[j].Value, j), true, dleft);
            tape.Arena.Return(gradient);
            gradient = dleft;
        }

        if (cores[0].NeedsGradient)
        {
            var first = tape.GradientToOverwriteOrAdd(cores[0], out var beta);
            backend.AddScaled(gradient.Reshape(first.Rows, first.Columns), first, 1, beta);
        }

        tape.Arena.Return(gradient);
        Return(tape);
    }

    /// <inheritdoc/>
    protected internal override void Clear()
    {
        (cores, output, shape) = (null!, null!, null!);
        Array.Clear(contracted);
    }

    private void Contract(Tape tape)
    {
        contracted[0] = tape.Arena.Rent(cores[0].Value.Rows, cores[0].Value.Columns);
        tape.Backend.AddScaled(cores[0].Value, contracted[0], 1, 0);
        for (var j = 1; j < cores.Count; j++)
        {
            var left = Left(j);
            contracted[j] = tape.Arena.Rent(left.Rows, Width(j));
            tape.Backend.Gemm(left, false, AsRight(cores[j].Value, j), false, contracted[j]);
        }
    }

    // The tangent of the product of cores 0 … j from that of 0 … j − 1.
    private Matrix Move(Tape tape, Matrix before, int j)
    {
        var core = cores[j];
        if (before.IsEmpty && core.Tangent.IsEmpty)
        {
            return default;
        }

        var after = tape.Arena.Rent(contracted[j].Rows, contracted[j].Columns);
        tape.Backend.Fill(after, 0);
        if (!core.Tangent.IsEmpty && j == 0)
        {
            tape.Backend.AddScaled(core.Tangent, after);
        }
        else if (!core.Tangent.IsEmpty)
        {
            tape.Backend.Gemm(Left(j), false, AsRight(core.Tangent, j), false, after, 1, 1);
        }

        if (!before.IsEmpty)
        {
            var left = Left(j);
            tape.Backend.Gemm(before.Reshape(left.Rows, left.Columns), false, AsRight(core.Value, j), false, after, 1, 1);
            tape.Arena.Return(before);
        }

        return after;
    }

    private Matrix Left(int j)
    {
        var rank = shape.Ranks[j];
        return contracted[j - 1].Reshape((int)(contracted[j - 1].Count / rank), rank);
    }

    private int Width(int j) => shape.InputFactors[j] * shape.OutputFactors[j] * shape.Ranks[j + 1];

    private Matrix AsRight(Matrix core, int j) => core.Reshape(shape.Ranks[j], Width(j));

    private Matrix InRows(Matrix x) => x.Reshape((int)(x.Count / shape.OutputFactors[^1]), shape.OutputFactors[^1]);

    private void Return(Tape tape)
    {
        for (var j = 0; j < cores.Count; j++)
        {
            tape.Arena.Return(contracted[j]);
        }
    }
}
