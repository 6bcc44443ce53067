using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Tiles;

namespace Tributary.Numerics.Cpu.Products.Panels;

/// <summary>How the columns of b are cut into panels of a tile's width. The last panel is as narrow as whole vectors allow; what it pads is zero.</summary>
internal readonly record struct PanelLayout(int Columns, int PanelWidth, int Lanes)
{
    /// <summary>Number of panels.</summary>
    public int Count => (Columns + PanelWidth - 1) / PanelWidth;

    /// <summary>Columns of all panels, padding included.</summary>
    public int PaddedColumns => Count == 0 ? 0 : ((Count - 1) * PanelWidth) + Width(Count - 1);

    /// <summary>The layout for kernels of one vector width. Two even panels serve four vectors better than one of three and one of one.</summary>
    public static PanelLayout For<V>(int columns)
        where V : struct, ILanes<V> =>
        new(columns, columns > 3 * V.Count && columns <= 4 * V.Count ? 2 * V.Count : TileShape<V>.Columns, V.Count);

    /// <summary>Columns that exist in a panel.</summary>
    public int Valid(int panel) => Math.Min(PanelWidth, Columns - (panel * PanelWidth));

    /// <summary>Width of a panel, padding included.</summary>
    public int Width(int panel) => (Valid(panel) + Lanes - 1) / Lanes * Lanes;
}
