namespace Tributary.Numerics;

/// <summary>A read-only weight W of <see cref="Outputs"/> × <see cref="Inputs"/> in the backend's own layout, shared by every client and thread.</summary>
public abstract class FrozenMatrix : IDisposable
{
    /// <summary>Number of output features: rows of W.</summary>
    public abstract int Outputs { get; }

    /// <summary>Number of input features: columns of W.</summary>
    public abstract int Inputs { get; }

    /// <summary>Memory held, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <inheritdoc/>
    public abstract void Dispose();
}
