using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A block's attention over its own rows, through the cache while generating. Prefixes act here.</summary>
public sealed class SelfAttention(int id, string path, int layer, AttentionShape shape, PositionBias? positions = null) : IModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <summary>Heads, scale and mask.</summary>
    public AttentionShape Shape { get; } = shape;

    /// <summary>softmax(scale · q kᵀ + bias) v for every segment; q, k and v stay the caller's.</summary>
    internal Var Forward(Pass pass, Columns q, Columns k, Columns v)
    {
        var rows = pass.Rows;
        if (pass.Adapters.PrefixOf(this) is not { } prefix || rows.Continues)
        {
            return Attend(pass, q, k, v, pass.Segments(Shape.Causal));
        }

        var keys = pass.Tape.PrependRows(prefix.Keys(pass), k, rows.SegmentMemory);
        var values = pass.Tape.PrependRows(prefix.Values(pass), v, rows.SegmentMemory);
        var y = Attend(pass, q, new Columns(keys, 0, keys.Width), new Columns(values, 0, values.Width), pass.PrefixedSegments(Shape.Causal, prefix.Length));
        pass.Tape.Release(keys);
        pass.Tape.Release(values);
        return y;
    }

    private Var Attend(Pass pass, Columns q, Columns k, Columns v, ReadOnlyMemory<Segment> segments)
    {
        var (keys, values) = pass.Cache?.Append(Layer, k, v) ?? default;
        return pass.Tape.Attend(q, k, v, segments, Shape, keys, values, positions?.Table(pass), positions?.Buckets ?? default);
    }
}
