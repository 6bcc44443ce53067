using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>
/// A batch as token rows with a segment table: sequences one after another without padding. Arrays grow and are reused from batch to batch; only the first
/// <see cref="Count"/> rows and <see cref="SegmentCount"/> segments are valid.
/// </summary>
public sealed partial class TokenRows
{
    /// <summary>The label of a row that is not trained.</summary>
    public const int Ignore = -100;

    // Key of a row: its sample's number, then its place in it.
    private const int SampleShift = 20;

    private int[] ids = new int[256];
    private int[] types = new int[256];
    private int[] positions = new int[256];
    private int[] shifted = [];
    private int[] labels = new int[256];
    private long[] keys = new long[256];
    private Segment[] segments = new Segment[16];
    private int[] pooled = new int[16];
    private int[] classes = new int[16];
    private long[] pooledKeys = new long[16];
    private int[] firsts = new int[16];
    private long[] firstKeys = new long[16];
    private int[] firstLabels = new int[16];
    private float[] targets = new float[16];
    private int[] labelled = new int[256];
    private int[] labelledLabels = new int[256];
    private long[] labelledKeys = new long[256];
    private int targetCount;
    private TokenRows? source;
    private Segment[] sourceSegments = [];

    /// <summary>Number of token rows.</summary>
    public int Count { get; private set; }

    /// <summary>Number of sequences.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>The position after the largest one.</summary>
    public int PositionEnd { get; private set; }

    /// <summary>The texts that the sequences answer, one for each in their order: what an encoder reads. Null when they answer none.</summary>
    public TokenRows? Source => source is { Count: > 0 } ? source : null;

    /// <summary>Number of rows with a label.</summary>
    public int LabelledRows { get; private set; }

    /// <summary>Token ids, one per row.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);

    /// <summary>Which text of a pair each row belongs to: 0 unless set.</summary>
    public ReadOnlySpan<int> Types => types.AsSpan(0, Count);

    /// <summary>Positions, one per row.</summary>
    public ReadOnlySpan<int> Positions => positions.AsSpan(0, Count);

    /// <summary>What should be predicted at each row, or <see cref="Ignore"/>: the next token (labels[t] is the id at t + 1), a hidden token, or the row's class.</summary>
    public ReadOnlySpan<int> Labels => labels.AsSpan(0, Count);

    /// <summary>A number per row that does not depend on how rows are batched: addresses dropout masks.</summary>
    public ReadOnlySpan<long> Keys => keys.AsSpan(0, Count);

    /// <summary>The sequences.</summary>
    public ReadOnlySpan<Segment> Segments => segments.AsSpan(0, SegmentCount);

    /// <summary>The row whose state stands for each sequence in the classification of a causal model: its last one unless set.</summary>
    public ReadOnlySpan<int> PooledRows => pooled.AsSpan(0, SegmentCount);

    /// <summary>The class of each sequence, or <see cref="Ignore"/>.</summary>
    public ReadOnlySpan<int> Classes => classes.AsSpan(0, SegmentCount);

    /// <summary>The rows that have a label, and their labels.</summary>
    public ReadOnlyMemory<int> LabelledRowIndices => labelled.AsMemory(0, LabelledRows);

    /// <summary>The labels of <see cref="LabelledRowIndices"/>.</summary>
    public ReadOnlyMemory<int> LabelledRowLabels => labelledLabels.AsMemory(0, LabelledRows);

    internal ReadOnlyMemory<int> IdMemory => ids.AsMemory(0, Count);

    internal ReadOnlyMemory<int> TypeMemory => types.AsMemory(0, Count);

    internal ReadOnlyMemory<int> PositionMemory => positions.AsMemory(0, Count);

    internal ReadOnlyMemory<int> LabelMemory => labels.AsMemory(0, Count);

    internal ReadOnlyMemory<long> KeyMemory => keys.AsMemory(0, Count);

    internal ReadOnlyMemory<Segment> SegmentMemory => segments.AsMemory(0, SegmentCount);

    /// <summary>The rows of every sequence over those of the text that it answers.</summary>
    internal ReadOnlyMemory<Segment> SourceSegmentMemory => sourceSegments.AsMemory(0, SegmentCount);

    /// <summary>The targets of the sequences one after another: a number each in regression, a number for each class where a sequence may have several.</summary>
    public ReadOnlyMemory<float> TargetMemory => targets.AsMemory(0, targetCount);

    internal ReadOnlyMemory<int> ClassMemory => classes.AsMemory(0, SegmentCount);

    /// <summary>The positions counted from <paramref name="first"/>, for families whose table has other rows before position 0; valid until the next call.</summary>
    internal ReadOnlyMemory<int> PositionsFrom(int first)
    {
        if (shifted.Length < Count)
        {
            shifted = new int[positions.Length];
        }

        for (var i = 0; i < Count; i++)
        {
            shifted[i] = first + positions[i];
        }

        return shifted.AsMemory(0, Count);
    }

    /// <summary>The number of the sample that a row with that key belongs to (see <see cref="Keys"/>).</summary>
    public static long SampleOf(long key) => key >> SampleShift;

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        Count = SegmentCount = LabelledRows = PositionEnd = VirtualRows = targetCount = 0;
        Recurs = true;
        clients.Clear();
        source?.Clear();
    }

    /// <summary>
    /// Appends a sequence. <paramref name="labels"/> (see <see cref="Labels"/>) and <paramref name="types"/> may be empty; positions count from <paramref name="firstPosition"/>;
    /// with <paramref name="keysBefore"/> the sequence continues a cached one of that length that begins at key row <paramref name="keyStart"/>. The last
    /// <paramref name="unseen"/> rows are padding: no row attends to them. <paramref name="firstLabel"/> is the label of the first token itself, trained only when a soft prompt
    /// stands in front of it. <paramref name="answered"/> is the text that the sequence answers, for an encoder; all sequences of a batch have one, or none has.
    /// </summary>
    public void Add(
        ReadOnlySpan<int> ids, ReadOnlySpan<int> labels, int firstPosition = 0, int classLabel = Ignore, long sampleKey = 0, int pooledAt = -1, int keysBefore = 0,
        int keyStart = -1, ReadOnlySpan<float> targets = default, ReadOnlySpan<int> types = default, int unseen = 0, int firstLabel = Ignore,
        ReadOnlySpan<int> answered = default)
    {
        var start = Count;
        AddSource(answered, ids.Length, sampleKey);
        Grow(start + ids.Length);
        ids.CopyTo(this.ids.AsSpan(start));
        this.types.AsSpan(start, ids.Length).Clear();
        types.CopyTo(this.types.AsSpan(start, ids.Length));
        for (var i = 0; i < ids.Length; i++)
        {
            positions[start + i] = firstPosition + i;
            keys[start + i] = (sampleKey << SampleShift) + i;
            Label(start + i, labels.IsEmpty ? Ignore : labels[i]);
        }

        var segment = new Segment(start, ids.Length, keyStart < 0 ? start : keyStart, keysBefore + ids.Length - unseen);
        AddSegment(segment, pooledAt < 0 ? ids.Length - 1 : pooledAt, classLabel, firstLabel);
        AddTargets(targets);
        Count = start + ids.Length;
        PositionEnd = Math.Max(PositionEnd, firstPosition + ids.Length);
    }

    private void AddSource(ReadOnlySpan<int> answered, int rows, long sampleKey)
    {
        if (SegmentCount > 0 && answered.IsEmpty == (Source is not null))
        {
            throw new ArgumentException("either every sequence of a batch answers a text, or none does", nameof(answered));
        }

        if (answered.IsEmpty)
        {
            return;
        }

        source ??= new TokenRows();
        source.Add(answered, [], sampleKey: sampleKey);
        if (SegmentCount >= sourceSegments.Length)
        {
            Array.Resize(ref sourceSegments, Math.Max(segments.Length, 2 * SegmentCount));
        }

        var keys = source.segments[SegmentCount];
        sourceSegments[SegmentCount] = new Segment(Count, rows, keys.KeyStart, keys.KeyCount);
    }

    private void Label(int row, int label)
    {
        labels[row] = label;
        if (label >= 0)
        {
            labelled[LabelledRows] = row;
            labelledKeys[LabelledRows] = keys[row];
            labelledLabels[LabelledRows++] = label;
        }
    }

    private void AddSegment(Segment segment, int pooledAt, int classLabel, int firstLabel)
    {
        if (SegmentCount == segments.Length)
        {
            Array.Resize(ref segments, 2 * SegmentCount);
            Array.Resize(ref pooled, 2 * SegmentCount);
            Array.Resize(ref pooledKeys, 2 * SegmentCount);
            Array.Resize(ref firsts, 2 * SegmentCount);
            Array.Resize(ref firstKeys, 2 * SegmentCount);
            Array.Resize(ref firstLabels, 2 * SegmentCount);
            Array.Resize(ref classes, 2 * SegmentCount);
        }

        segments[SegmentCount] = segment;
        pooled[SegmentCount] = segment.QueryStart + pooledAt;
        pooledKeys[SegmentCount] = keys[segment.QueryStart + pooledAt];
        (firsts[SegmentCount], firstKeys[SegmentCount]) = (segment.QueryStart, keys[segment.QueryStart]);
        firstLabels[SegmentCount] = firstLabel;
        classes[SegmentCount++] = classLabel;
    }

    private void AddTargets(ReadOnlySpan<float> added)
    {
        if (targetCount + added.Length > targets.Length)
        {
            Array.Resize(ref targets, Math.Max(targetCount + added.Length, 2 * targets.Length));
        }

        added.CopyTo(targets.AsSpan(targetCount));
        targetCount += added.Length;
    }

    private void Grow(int rows)
    {
        if (rows <= ids.Length)
        {
            return;
        }

        var size = Math.Max(rows, 2 * ids.Length);
        Array.Resize(ref ids, size);
        Array.Resize(ref types, size);
        Array.Resize(ref positions, size);
        Array.Resize(ref labels, size);
        Array.Resize(ref keys, size);
        Array.Resize(ref labelled, size);
        Array.Resize(ref labelledLabels, size);
        Array.Resize(ref labelledKeys, size);
    }
}
