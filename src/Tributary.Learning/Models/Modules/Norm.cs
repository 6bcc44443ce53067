using Tributary.Learning.Autograd;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Modules;

/// <summary>A normalisation layer: its weight is the gain.</summary>
public sealed class Norm(int id, string path, int layer, NormKind kind, float epsilon, BaseTensor weight, BaseTensor? bias) : IWeightedModule
{
    /// <inheritdoc/>
    public int Id { get; } = id;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int Layer { get; } = layer;

    /// <inheritdoc/>
    public BaseTensor Weight { get; } = weight;

    /// <inheritdoc/>
    public BaseTensor? Bias { get; } = bias;

    internal Var Forward(Pass pass, Var x)
    {
        var gain = pass.Tape.Use(pass.Adapters.WeightOf(this) ?? Weight.Plain);
        var offset = Bias is null ? null : pass.Tape.Use(pass.Adapters.BiasOf(this) ?? Bias.Plain);
        return pass.Tape.Norm(kind, x, gain, offset, epsilon);
    }
}
