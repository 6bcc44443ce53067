namespace Tributary.Numerics.Profiling;

/// <content>Rotary positions and attention.</content>
public sealed partial class ProfiledBackend
{
    /// <inheritdoc/>
    public void Rotate(Matrix x, ReadOnlySpan<int> positions, Matrix cos, Matrix sin, int headWidth, bool inverse)
    {
        using var span = profiler.Measure(StepPart.Attention);
        inner.Rotate(x, positions, cos, sin, headWidth, inverse);
    }

    /// <inheritdoc/>
    public void Attend(Matrix q, Matrix k, Matrix v, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix y, Matrix logSums, ScoreBias bias = default)
    {
        using var span = profiler.Measure(StepPart.Attention);
        inner.Attend(q, k, v, segments, shape, y, logSums, bias);
    }

    /// <inheritdoc/>
    public void AttendGradient(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix dy, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix dq, Matrix dk, Matrix dv,
        ScoreBias bias = default, Matrix dbias = default)
    {
        using var span = profiler.Measure(StepPart.Attention);
        inner.AttendGradient(q, k, v, y, logSums, dy, segments, shape, dq, dk, dv, bias, dbias);
    }

    /// <inheritdoc/>
    public void AttendTangent(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix tq, Matrix tk, Matrix tv, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix ty,
        ScoreBias bias = default, Matrix tbias = default)
    {
        using var span = profiler.Measure(StepPart.Attention);
        inner.AttendTangent(q, k, v, y, logSums, tq, tk, tv, segments, shape, ty, bias, tbias);
    }
}
