using Tributary.Numerics.Cpu.Products.Panels;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>Hands out blocks of a right operand in bfloat16, [depth / 2][width][2]: two rows of k stand side by side.</summary>
internal unsafe interface IPairPanels
{
    /// <summary>How the columns are cut.</summary>
    PanelLayout Layout { get; }

    /// <summary>
    /// The rows [k0, k0 + k) of one panel, in place where that is possible, else written to <paramref name="block"/>. Rows up to the next multiple of
    /// <see cref="OneDnn.PairTiles.DepthStep"/> are zero.
    /// </summary>
    ushort* Block(int panel, int k0, int k, ushort* block);
}
