namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>Where a tile's sums go: c[r · Step + j] = Alpha · sum + Beta · c[r · Step + j]. With Beta 0, c is not read.</summary>
internal readonly unsafe struct TileOutput(float* c, nint step, float alpha, float beta)
{
    public readonly float* C = c;
    public readonly nint Step = step;
    public readonly float Alpha = alpha;
    public readonly float Beta = beta;
}
