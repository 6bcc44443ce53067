using Tributary.Numerics;

namespace Tributary.Learning.Autograd.Operations;

/// <summary>
/// Dropout in front of an adapter's own product, while recording alone: element (r, c) is kept or not by (key, rowKeys[r], c), so that the backward pass finds the same mask
/// again. The default drops nothing.
/// </summary>
public readonly record struct InputDropout(float Probability, ulong Key, ReadOnlyMemory<long> RowKeys)
{
    internal Matrix Apply(Tape tape, Matrix x)
    {
        if (!Drops(tape))
        {
            return x;
        }

        var dropped = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Backend.Dropout(x, Probability, Key, RowKeys.Span, dropped);
        return dropped;
    }

    /// <summary>Gives back what <see cref="Apply"/> made.</summary>
    internal void Free(Tape tape, Matrix applied)
    {
        if (Drops(tape))
        {
            tape.Arena.Return(applied);
        }
    }

    /// <summary>Where to write the gradient of what stands behind the dropout, and the beta to write it with, for an input's gradient to be written with <paramref name="beta"/>.</summary>
    internal Matrix BeginGradient(Tape tape, Matrix dx, float beta, out float behindBeta)
    {
        behindBeta = Drops(tape) ? 0 : beta;
        return Drops(tape) ? tape.Arena.Rent(dx.Rows, dx.Columns) : dx;
    }

    /// <summary>Carries on to the input's gradient what was written behind the dropout.</summary>
    internal void EndGradient(Tape tape, Matrix dx, float beta, Matrix behind)
    {
        if (Drops(tape))
        {
            tape.Backend.Dropout(behind, Probability, Key, RowKeys.Span, dx, beta);
            tape.Arena.Return(behind);
        }
    }

    private bool Drops(Tape tape) => Probability > 0 && tape.Mode == TapeMode.Record;
}
