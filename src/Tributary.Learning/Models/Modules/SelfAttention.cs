using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A block's attention over its own rows, through the cache while generating. Prefixes act here.</summary>
public sealed class SelfAttention(int id, string path, int layer, AttentionShape shape) : IModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <summary>Heads, scale and mask.</summary>
    public AttentionShape Shape { get; } = shape;

    /// <summary>softmax(scale · q kᵀ) v for every segment; q, k and v stay the caller's.</summary>
    internal Var Forward(Pass pass, Columns q, Columns k, Columns v)
    {
        var (keys, values) = pass.Cache?.Append(Layer, k, v) ?? default;
        return pass.Tape.Attend(q, k, v, pass.Rows.SegmentMemory, Shape, keys, values);
    }
}
