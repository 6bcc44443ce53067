namespace Tributary.Numerics.Cpu.Attention;

/// <summary>Which keys the queries of a segment see, all counted from the segment's first.</summary>
internal readonly struct Sight(Segment segment, AttentionShape shape)
{
    private readonly int offset = segment.KeyCount - segment.QueryCount;
    private readonly int keys = segment.KeyCount;
    private readonly bool causal = shape.Causal;
    private readonly int window = shape.Window > 0 ? shape.Window : int.MaxValue;

    /// <summary>The first key that a query sees.</summary>
    public int First(int query) => Math.Max(0, End(query) - window);

    /// <summary>The key after the last that a query sees.</summary>
    public int End(int query) => causal ? offset + query + 1 : keys;

    /// <summary>The first query that sees a key or a later one.</summary>
    public int FirstQuery(int key) => causal ? Math.Max(0, key - offset) : 0;
}
