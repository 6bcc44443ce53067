namespace Tributary.Numerics.Profiling;

/// <summary>Which of the backend's products.</summary>
public enum ProductKind
{
    /// <summary>x · Wᵀ with a frozen weight.</summary>
    Frozen,

    /// <summary>dy · W with a frozen weight.</summary>
    FrozenTransposed,

    /// <summary>a · b.</summary>
    Dense,

    /// <summary>aᵀ · b.</summary>
    DenseTransposedLeft,

    /// <summary>a · bᵀ.</summary>
    DenseTransposedRight,

    /// <summary>aᵀ · bᵀ.</summary>
    DenseTransposedBoth,
}

/// <summary>A product of [Rows, Depth] by [Depth, Columns].</summary>
public readonly record struct ProductShape(ProductKind Kind, int Rows, int Columns, int Depth)
{
    /// <summary>Floating-point operations: two for each multiply-add.</summary>
    public double Flops => 2.0 * Rows * Columns * Depth;
}

/// <summary>What all products of one shape cost in a mean step: how many there are, and their time on the clock.</summary>
public sealed record ProductTime(ProductShape Shape, double Calls, double Milliseconds)
{
    /// <summary>Their rate, in billions of operations a second.</summary>
    public double Gflops => Milliseconds > 0 ? Calls * Shape.Flops / Milliseconds / 1e6 : 0;
}
