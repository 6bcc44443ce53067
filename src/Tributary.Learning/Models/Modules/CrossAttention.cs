using Tributary.Learning.Autograd;
using Tributary.Learning.Autograd.Operations;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A decoder block's attention over the encoder's output. While generating, keys and values are made with the first rows and kept.</summary>
public sealed class CrossAttention(int id, string path, int layer, AttentionShape shape) : IModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <summary>Heads and scale.</summary>
    public AttentionShape Shape { get; } = shape;

    /// <summary>softmax(scale · q kᵀ) v for every sequence over the text it answers; k and v are null when the cache holds them. All stay the caller's.</summary>
    internal Var Forward(Pass pass, Var q, Var? k, Var? v)
    {
        var queries = Columns.All(q);
        var (newKeys, newValues) = (k is null ? queries : Columns.All(k), v is null ? queries : Columns.All(v));
        var (keys, values) = pass.Cache?.Source is not { } cache ? default
            : k is null ? cache.Held(Layer)
            : cache.Append(Layer, newKeys, newValues);
        return pass.Tape.Attend(queries, newKeys, newValues, pass.SourceSegments, Shape, keys, values);
    }
}
