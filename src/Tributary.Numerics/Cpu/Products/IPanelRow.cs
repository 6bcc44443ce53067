namespace Tributary.Numerics.Cpu.Products;

/// <summary>One row times a panel of a frozen weight, as the panel is stored.</summary>
internal unsafe interface IPanelRow
{
    /// <summary>Writes <paramref name="width"/> sums of <paramref name="depth"/> products, each one chain in ascending k, from a row and what its first element meets.</summary>
    static abstract void Run(float* row, int depth, byte* panel, int width, float* sums);
}
