namespace Tributary.Numerics.Cpu.Products;

/// <summary>Where a tile's sums go: c = Alpha · sum + Beta · c + Bias. With Beta 0, c is not read; Bias may be null.</summary>
internal unsafe struct TileTarget
{
    public float* C;
    public nint Stride;
    public float Alpha;
    public float Beta;
    public float* Bias;
}
