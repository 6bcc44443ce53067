using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// Mean over labelled rows of cross-entropy + strength · T² · KL(teacher ‖ softmax(logits / T)) (Hinton et al. 2015); a row whose teacher is all zeros has no such second term.
/// The gradient carries <c>scale</c>.
/// </summary>
public sealed class DistillationOperation : Operation
{
    private Var logits = null!;
    private Var loss = null!;
    private Matrix dlogits;
    private ReadOnlyMemory<int> labels;
    private float[] teacher = null!;
    private float strength;
    private float temperature;
    private float scale;

    /// <inheritdoc/>
    protected internal override Var Output => loss;

    internal DistillationOperation Set(Var logits, ReadOnlyMemory<int> labels, float[] teacher, float strength, float temperature, float scale)
    {
        (this.logits, this.labels, this.teacher, this.strength, this.temperature, this.scale) = (logits, labels, teacher, strength, temperature, scale);
        return this;
    }

    private float Share => strength * temperature * temperature / Math.Max(RowLosses.Labelled(labels.Span), 1);

    /// <inheritdoc/>
    protected internal override void Forward(Tape tape)
    {
        var (backend, rows) = (tape.Backend, logits.Rows);
        var count = Math.Max(RowLosses.Labelled(labels.Span), 1);
        loss = tape.NewScalar(logits.NeedsGradient);
        var (weights, losses, soft) = (tape.Arena.Rent(1, rows), tape.Arena.Rent(1, rows), tape.Arena.Rent(rows, logits.Width));
        var (offsets, entropy) = Offsets(tape);

        // KL = Σ p log p − log softmax(z/T)₀ + (e₀ − p)·z/T, so that the kernel for one label gives the rest.
        backend.AddScaled(logits.Value, soft, 1 / temperature, 0);
        var dot = backend.Dot(offsets, soft);
        backend.Fill(weights, scale * Share / temperature);
        backend.CrossEntropy(soft, First(), weights, losses, gradient: loss.NeedsGradient);
        var divergence = entropy + RowLosses.Sum(backend, losses) + dot;

        dlogits = logits.Value;
        if (loss.NeedsGradient)
        {
            dlogits = tape.Arena.Rent(rows, logits.Width);
            backend.AddScaled(logits.Value, dlogits, 1, 0);
        }

        backend.Fill(weights, scale / count);
        backend.CrossEntropy(dlogits, labels.Span, weights, losses, gradient: loss.NeedsGradient);
        loss.Scalar = (RowLosses.Sum(backend, losses) / count) + (Share * divergence);
        if (loss.NeedsGradient)
        {
            backend.AddScaled(soft, dlogits);
            backend.AddScaled(offsets, dlogits, scale * Share / temperature);
        }

        Return(tape, weights, losses, soft, offsets);
    }

    /// <inheritdoc/>
    protected internal override void Tangent(Tape tape)
    {
        if (logits.Tangent.IsEmpty)
        {
            return;
        }

        var (backend, rows) = (tape.Backend, logits.Rows);
        var (tlosses, soft, tsoft) = (tape.Arena.Rent(1, rows), tape.Arena.Rent(rows, logits.Width), tape.Arena.Rent(rows, logits.Width));
        var (offsets, _) = Offsets(tape);
        backend.AddScaled(logits.Value, soft, 1 / temperature, 0);
        backend.AddScaled(logits.Tangent, tsoft, 1 / temperature, 0);
        backend.CrossEntropyTangent(soft, First(), tsoft, tlosses);
        var divergence = RowLosses.Sum(backend, tlosses) + backend.Dot(offsets, tsoft);
        backend.CrossEntropyTangent(logits.Value, labels.Span, logits.Tangent, tlosses);
        loss.ScalarTangent = (RowLosses.Sum(backend, tlosses) / Math.Max(RowLosses.Labelled(labels.Span), 1)) + (Share * divergence);
        Return(tape, tlosses, soft, tsoft, offsets);
    }

    /// <inheritdoc/>
    protected internal override void Backward(Tape tape) => tape.GiveGradient(logits, dlogits, loss.ScalarGradient);

    /// <inheritdoc/>
    protected internal override void Clear() => (logits, loss, dlogits, labels, teacher) = (null!, null!, default, default, null!);

    private bool IsTaught(int row) => teacher.AsSpan(row * logits.Width, logits.Width).ContainsAnyExcept(0f) && labels.Span[row] >= 0;

    private int[] First() => [.. Enumerable.Range(0, logits.Rows).Select(row => IsTaught(row) ? 0 : -1)];

    // e₀ − p for taught rows, and Σ p log p over them.
    private (Matrix Offsets, double Entropy) Offsets(Tape tape)
    {
        var (values, entropy) = (new float[teacher.Length], 0.0);
        for (var row = 0; row < logits.Rows; row++)
        {
            for (var c = 0; c < logits.Width && IsTaught(row); c++)
            {
                var p = teacher[(row * logits.Width) + c];
                values[(row * logits.Width) + c] = (c == 0 ? 1 : 0) - p;
                entropy += p > 0 ? p * Math.Log(p) : 0;
            }
        }

        var matrix = tape.Arena.Rent(logits.Rows, logits.Width);
        tape.Backend.Upload(values, matrix);
        return (matrix, entropy);
    }

    private static void Return(Tape tape, params ReadOnlySpan<Matrix> rented)
    {
        foreach (var matrix in rented)
        {
            tape.Arena.Return(matrix);
        }
    }
}
