using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Autograd;

/// <summary>A tensor that a forward pass reads: trainable (a window of a <see cref="TrainableVector"/>) or frozen.</summary>
public sealed class Parameter(TensorKey key, int[] shape, Matrix value, Matrix gradient = default)
{
    /// <summary>Which tensor it is.</summary>
    public TensorKey Key { get; } = key;

    /// <summary>Its shape at the border, in the ecosystem's layout.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>Its values on the device: rows × columns for two dimensions, 1 × n for one.</summary>
    public Matrix Value { get; } = value;

    /// <summary>Where its gradient is accumulated; empty when frozen.</summary>
    public Matrix Gradient { get; } = gradient;

    /// <summary>Its tangent in forward mode; empty means zero.</summary>
    public Matrix Tangent { get; set; }

    /// <summary>True when a gradient is wanted.</summary>
    public bool IsTrainable => !Gradient.IsEmpty && !IsHeld;

    /// <summary>Whether it keeps its values for the moment although it has room for a gradient, see <see cref="TrainableVector.Hold"/>.</summary>
    internal bool IsHeld { get; set; }
}
