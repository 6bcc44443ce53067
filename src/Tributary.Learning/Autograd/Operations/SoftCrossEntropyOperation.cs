using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>Mean over rows of −Σ_c q_c log softmax(logits)_c, q a distribution over the columns for each row. The gradient carries <c>scale</c>.</summary>
public sealed class SoftCrossEntropyOperation : Operation
{
    private Var logits = null!;
    private Var loss = null!;
    private Matrix dlogits;
    private ReadOnlyMemory<float> targets;
    private float scale;
    private float[] offsets = [];
    private int[] first = [];

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal SoftCrossEntropyOperation Set(Var logits, ReadOnlyMemory<float> targets, float scale)
    {
        if (targets.Length != logits.Rows * logits.Width)
        {
            throw new ArgumentException($"{targets.Length} targets for {logits.Rows} rows of {logits.Width} scores", nameof(targets));
        }

        (this.logits, this.targets, this.scale) = (logits, targets, scale);
        return this;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var (backend, rows) = (tape.Backend, logits.Rows);
        loss = tape.NewScalar(logits.NeedsGradient);
        var (weights, losses, others) = (tape.Arena.Rent(1, rows), tape.Arena.Rent(1, rows), Offsets(tape));
        var dot = backend.Dot(others, logits.Value);
        dlogits = logits.Value;
        if (loss.NeedsGradient)
        {
            dlogits = tape.Arena.Rent(rows, logits.Width);
            backend.AddScaled(logits.Value, dlogits, 1, 0);
        }

        // Held to the first column by the kernel for one label, and drawn from there to q: − log softmax₀ + (e₀ − q)·z.
        backend.Fill(weights, scale / rows);
        backend.CrossEntropy(dlogits, first.AsSpan(0, rows), weights, losses, gradient: loss.NeedsGradient);
        loss.Scalar = (RowLosses.Sum(backend, losses) + dot) / rows;
        if (loss.NeedsGradient)
        {
            backend.AddScaled(others, dlogits, scale / rows);
        }

        tape.Arena.Return(weights);
        tape.Arena.Return(losses);
        tape.Arena.Return(others);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (logits.Tangent.IsEmpty)
        {
            return;
        }

        var (tlosses, others) = (tape.Arena.Rent(1, logits.Rows), Offsets(tape));
        tape.Backend.CrossEntropyTangent(logits.Value, first.AsSpan(0, logits.Rows), logits.Tangent, tlosses);
        loss.ScalarTangent = (RowLosses.Sum(tape.Backend, tlosses) + tape.Backend.Dot(others, logits.Tangent)) / logits.Rows;
        tape.Arena.Return(tlosses);
        tape.Arena.Return(others);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.GiveGradient(logits, dlogits, loss.ScalarGradient);

    /// <inheritdoc/>
    protected internal override void Clear() => (logits, loss, dlogits, targets) = (null!, null!, default, default);

    // e₀ − q.
    private Matrix Offsets(Tape tape)
    {
        var (rows, width) = (logits.Rows, logits.Width);
        if (offsets.Length < targets.Length || first.Length < rows)
        {
            (offsets, first) = (new float[targets.Length], new int[rows]);
        }

        for (var i = 0; i < targets.Length; i++)
        {
            offsets[i] = (i % width == 0 ? 1 : 0) - targets.Span[i];
        }

        var matrix = tape.Arena.Rent(rows, width);
        tape.Backend.Upload(offsets.AsSpan(0, targets.Length), matrix);
        return matrix;
    }
}
