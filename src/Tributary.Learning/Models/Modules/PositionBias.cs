using Tributary.Learning.Autograd;

namespace Tributary.Learning.Models.Modules;

/// <summary>A table of score biases by bucket of distance and by head, which the attentions of a stack share.</summary>
public sealed class PositionBias(int id, string path, int layer, BaseTensor weight, ReadOnlyMemory<int> buckets) : IWeightedModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <summary>The table, [buckets, heads].</summary>
    public BaseTensor Weight { get; } = weight;

    /// <summary>None.</summary>
    public BaseTensor? Bias => null;

    /// <summary>The bucket of every distance, as in <see cref="Numerics.ScoreBias.Buckets"/>.</summary>
    public ReadOnlyMemory<int> Buckets { get; } = buckets;

    internal Var Table(Pass pass) => pass.Tape.Use(pass.Adapters.WeightOf(this) ?? Weight.Plain);
}
