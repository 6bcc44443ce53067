namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>
/// What a tile multiplies: a[r · AStep + i · KStep] and b[i · BStep + j] for r below Rows, i below Depth, j below the tile's columns; b's elements may be bfloat16.
/// </summary>
internal unsafe struct TileInput
{
    public float* A;
    public nint AStep;
    public nint KStep;
    public int Rows;
    public byte* B;
    public nint BStep;
    public int Depth;
}
