using Tributary.Numerics.Cpu.Attention;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu;

/// <content>Rotary positions and attention. Rows that belong to no segment are left alone.</content>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public void Rotate(Matrix x, ReadOnlySpan<int> positions, Matrix cos, Matrix sin, int headWidth, bool inverse)
    {
        Shapes.Rotate(x, positions, cos, sin, headWidth);
        fixed (int* list = positions)
        {
            Launch.Items(team, kernels, new RotateKernel(new(x), list, new(cos), new(sin), headWidth, inverse), x.Rows, x.Count);
        }
    }

    /// <inheritdoc/>
    public void Attend(Matrix q, Matrix k, Matrix v, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix y, Matrix logSums, ScoreBias bias = default)
    {
        Shapes.Attend(q, k, v, segments, shape, y, logSums, bias);
        fixed (Segment* list = segments)
        fixed (int* buckets = bias.Buckets.Span)
        {
            if (IsNarrow(shape, bias))
            {
                Run(new NarrowAttendKernel(new(q), new(k), new(v), list, segments.Length, shape, new(y), new(logSums)), list, segments.Length, shape, shape.Heads);
                return;
            }

            var kernel = new AttendKernel(new(q), new(k), new(v), list, segments.Length, shape, new(y), new(logSums), new(bias, buckets));
            Run(kernel, list, segments.Length, shape, shape.Heads);
        }
    }

    /// <inheritdoc/>
    public void AttendGradient(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix dy, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix dq, Matrix dk, Matrix dv,
        ScoreBias bias = default, Matrix dbias = default)
    {
        Shapes.AttendGradient(q, k, v, y, logSums, dy, segments, shape, dq, dk, dv, bias, dbias);
        fixed (Segment* list = segments)
        fixed (int* buckets = bias.Buckets.Span)
        {
            if (IsNarrow(shape, bias))
            {
                var narrow = new NarrowAttendGradientKernel(new(q), new(k), new(v), new(y), new(logSums), new(dy), list, segments.Length, shape, new(dq), new(dk), new(dv));
                Run(narrow, list, segments.Length, shape, shape.KeyValueHeads);
                return;
            }

            var kernel = new AttendGradientKernel(
                new(q), new(k), new(v), new(y), new(logSums), new(dy), list, segments.Length, shape, new(dq), new(dk), new(dv), new(bias, buckets), new(dbias));
            Run(kernel, list, segments.Length, shape, shape.KeyValueHeads);
        }
    }

    /// <inheritdoc/>
    public void AttendTangent(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix tq, Matrix tk, Matrix tv, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix ty,
        ScoreBias bias = default, Matrix tbias = default)
    {
        Shapes.AttendTangent(q, k, v, y, logSums, tq, tk, tv, segments, shape, ty, bias, tbias);
        fixed (Segment* list = segments)
        fixed (int* buckets = bias.Buckets.Span)
        {
            var kernel = new AttendTangentKernel(
                new(q), new(k), new(v), new(y), new(logSums), new(tq), new(tk), new(tv), list, segments.Length, shape, new(ty), new(bias, buckets), new(bias with { Table = tbias }, buckets));
            Run(kernel, list, segments.Length, shape, shape.Heads);
        }
    }

    // By the head alone, never by lengths: a query has the same bits alone behind a cache as in its sequence.
    private static bool IsNarrow(AttentionShape shape, ScoreBias bias) => shape.HeadWidth <= AttentionBlock.NarrowWidth && bias.IsEmpty;

    /// <summary>
    /// Runs a kernel over (head, segment) items. Attention is as much work as there are query–key pairs in all heads, each as dear as a few elements, and elements of keys and
    /// values to copy for each block of queries, which for a generated token is most of it.
    /// </summary>
    private void Run<TKernel>(TKernel kernel, Segment* segments, int count, AttentionShape shape, int heads)
        where TKernel : struct, IKernel
    {
        var (pairs, copied) = (0L, 0L);
        for (var s = 0; s < count; s++)
        {
            pairs += PairShares.Pairs(segments[s]);
            copied += (segments[s].QueryCount + AttentionBlock.Queries - 1L) / AttentionBlock.Queries * segments[s].KeyCount * 2 * shape.HeadWidth;
        }

        var parts = Launch.Parts(team, count * heads, shape.Heads * ((pairs * Math.Max(1, shape.HeadWidth / 16)) + copied));
        Launch.Shares(team, kernels, kernel, new PairShares(segments, count, heads, pairs, parts), parts);
    }
}
