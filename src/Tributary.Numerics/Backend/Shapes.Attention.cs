namespace Tributary.Numerics;

/// <content>Attention, losses and updates.</content>
internal static partial class Shapes
{
    public static void Rotate(Matrix x, ReadOnlySpan<int> positions, Matrix cos, Matrix sin, int headWidth)
    {
        Valid(x);
        Valid(cos);
        if (headWidth <= 0 || 2 * cos.Columns > headWidth || x.Columns % headWidth != 0)
        {
            throw new ArgumentException($"x of {x.Columns} columns has no whole heads of width {headWidth} with {2 * cos.Columns} columns to rotate", nameof(headWidth));
        }

        Same(sin, cos);
        PerRow(positions.Length, x.Rows, nameof(positions));
        Below(positions, cos.Rows, nameof(positions));
    }

    public static void Attend(Matrix q, Matrix k, Matrix v, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix y, Matrix logSums, ScoreBias bias)
    {
        if (shape.Heads <= 0 || shape.KeyValueHeads <= 0 || shape.HeadWidth <= 0 || shape.Heads % shape.KeyValueHeads != 0)
        {
            throw new ArgumentException($"{shape.Heads} heads of width {shape.HeadWidth} cannot share {shape.KeyValueHeads} key/value heads", nameof(shape));
        }

        if (shape.Window < 0 || (shape.Window > 0 && !shape.Causal))
        {
            throw new ArgumentException($"a window of {shape.Window} keys needs a causal mask", nameof(shape));
        }

        Valid(q);
        Is(q, q.Rows, shape.Heads * shape.HeadWidth);
        Valid(k);
        Is(k, k.Rows, shape.KeyValueHeads * shape.HeadWidth);
        Same(v, k);
        Same(y, q);
        Is(logSums, q.Rows, shape.Heads);
        foreach (var segment in segments)
        {
            Inside(segment, q.Rows, k.Rows, shape.Causal);
        }

        Bias(bias, shape);
    }

    public static void AttendGradient(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix dy, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix dq, Matrix dk, Matrix dv,
        ScoreBias bias, Matrix dbias)
    {
        Attend(q, k, v, segments, shape, y, logSums, bias);
        IsOrEmpty(dbias, segments.Length, bias.IsEmpty ? 0 : checked((int)bias.Table.Count));
        Same(dy, q);
        Same(dq, q);
        Same(dk, k);
        Same(dv, k);
    }

    public static void AttendTangent(
        Matrix q, Matrix k, Matrix v, Matrix y, Matrix logSums, Matrix tq, Matrix tk, Matrix tv, ReadOnlySpan<Segment> segments, AttentionShape shape, Matrix ty,
        ScoreBias bias, Matrix tbias)
    {
        Attend(q, k, v, segments, shape, y, logSums, bias);
        IsOrEmpty(tbias, bias.IsEmpty ? 0 : bias.Table.Rows, bias.IsEmpty ? 0 : bias.Table.Columns);
        Same(tq, q);
        Same(tk, k);
        Same(tv, k);
        Same(ty, q);
    }

    public static void CrossEntropy(Matrix logits, ReadOnlySpan<int> labels, Matrix weights, Matrix losses, bool gradient, float smoothing)
    {
        Labels(logits, labels, smoothing);
        Is(losses, 1, logits.Rows);
        if (gradient)
        {
            Is(weights, 1, logits.Rows);
        }
    }

    public static void CrossEntropyTangent(Matrix logits, ReadOnlySpan<int> labels, Matrix tlogits, Matrix tlosses, float smoothing)
    {
        Labels(logits, labels, smoothing);
        Same(tlogits, logits);
        Is(tlosses, 1, logits.Rows);
    }

    public static void BinaryCrossEntropy(Matrix logits, Matrix targets, Matrix losses)
    {
        Valid(logits);
        Same(targets, logits);
        Is(losses, 1, logits.Rows);
    }

    public static void BinaryCrossEntropyTangent(Matrix logits, Matrix targets, Matrix tlogits, Matrix tlosses)
    {
        BinaryCrossEntropy(logits, targets, tlosses);
        Same(tlogits, logits);
    }

    public static void Update(in OptimizerStep step, Matrix parameter, Matrix gradient, Matrix first, Matrix second, Matrix third)
    {
        if (step.Step < 1)
        {
            throw new ArgumentException($"step counts from 1, not {step.Step}", nameof(step));
        }

        Valid(parameter);
        Same(gradient, parameter);
        var rms = step.Kind == OptimizerKind.RmsProp;
        var usesFirst = rms || step.Kind == OptimizerKind.Sgd ? step.Momentum != 0 : step.Kind != OptimizerKind.Adagrad;
        var usesSecond = step.Kind != OptimizerKind.Sgd;
        var usesThird = rms ? step.Centered : step.AmsGrad && step.Kind is OptimizerKind.Adam or OptimizerKind.AdamW;
        State(first, usesFirst, parameter, nameof(first));
        State(second, usesSecond, parameter, nameof(second));
        State(third, usesThird, parameter, nameof(third));
    }

    private static void State(Matrix state, bool used, Matrix parameter, string name)
    {
        if (used || !state.IsEmpty)
        {
            Same(state, parameter, name);
        }
    }

    private static void Inside(Segment segment, int queryRows, int keyRows, bool causal)
    {
        var inside = segment.QueryStart >= 0 && segment.QueryCount >= 0 && segment.QueryStart <= queryRows - segment.QueryCount
            && segment.KeyStart >= 0 && segment.KeyCount >= 1 && segment.KeyStart <= keyRows - segment.KeyCount;
        if (!inside || (causal && segment.KeyCount < segment.QueryCount))
        {
            throw new ArgumentException($"{segment} does not fit {queryRows} query rows and {keyRows} key rows", nameof(segment));
        }
    }

    private static void Bias(ScoreBias bias, AttentionShape shape)
    {
        if (bias.IsEmpty)
        {
            return;
        }

        Valid(bias.Table);
        Is(bias.Table, bias.Table.Rows, shape.Heads);
        if (bias.Buckets.Length % 2 == 0 || shape.Scale == 0)
        {
            throw new ArgumentException($"a bias needs a scale and an odd number of distances, not {shape.Scale} and {bias.Buckets.Length}", nameof(bias));
        }

        Below(bias.Buckets.Span, bias.Table.Rows, nameof(bias.Buckets));
    }

    private static void Labels(Matrix logits, ReadOnlySpan<int> labels, float smoothing)
    {
        Valid(logits);
        PerRow(labels.Length, logits.Rows, nameof(labels));
        if (!(smoothing >= 0 && smoothing <= 1))
        {
            throw new ArgumentException($"smoothing is {smoothing}, outside [0, 1]", nameof(smoothing));
        }

        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= logits.Columns)
            {
                OutOfRange(labels[i], i, logits.Columns, nameof(labels));
            }
        }
    }
}
