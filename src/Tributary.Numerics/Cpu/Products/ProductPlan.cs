using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>How a product is cut: between threads over panels or over rows of tiles, whichever leaves less idle, and within a thread into blocks that stay in cache.</summary>
internal readonly record struct ProductPlan(int Parts, bool ByRows)
{
    /// <summary>Length of a block of k: a panel's block stays in the second-level cache. It is part of the result's bits, so it is one for all kernels and paths.</summary>
    public const int DepthBlock = 768;

    /// <summary>Columns that a tile of rows meets one after another: that many of a block of k stay in a second-level cache of 256 KB.</summary>
    private const int GroupColumns = 48;

    /// <summary>Parts of a product in blocks for each thread, at least: what the last one leaves others to wait for.</summary>
    private const int PartsOfThread = 8;

    /// <summary>Multiply-adds below which a thread costs more than it saves.</summary>
    private const long Grain = 128 << 10;

    /// <summary>Panels from which copying a transposed left operand pays.</summary>
    private const int PackFromPanels = 3;

    /// <summary>Plans rows × columns sums over depth products.</summary>
    public static ProductPlan For<V>(ThreadTeam team, int rows, int depth, int panels)
        where V : struct, ILanes<V>
    {
        var height = TileShape<V>.Rows;
        var tiles = (rows + height - 1) / height;
        var parts = team.Parts((long)tiles * panels * height * TileShape<V>.Columns * depth, Grain);
        var byRows = Longest(tiles, parts) * panels < Longest(panels, parts) * tiles;
        return new(Math.Min(parts, byRows ? tiles : panels), byRows);
    }

    /// <summary>True when the left operand is transposed and used often enough to be copied tile by tile.</summary>
    public static bool PacksLeft(LeftOperand a, int panels) => a.KStep != 1 && panels >= PackFromPanels && a.Rows > 1;

    /// <summary>
    /// True when parts can be as small as a block of k of one panel, because that repeats no work: then threads that are held up leave more to others.
    /// </summary>
    public bool InBlocks(LeftOperand a, int panels) => Parts > 1 && !ByRows && !PacksLeft(a, panels / Parts);

    /// <summary>Blocks of k of so many products.</summary>
    public static int DepthBlocks(int depth) => (depth + DepthBlock - 1) / DepthBlock;

    /// <summary>Panels in a group: rows are read from far away once for all of them.</summary>
    public static int LargestGroup<V>()
        where V : struct, ILanes<V> => Math.Max(1, GroupColumns / TileShape<V>.Columns);

    /// <summary>Panels in a group where groups are what threads take: fewer when there would be too few of them.</summary>
    public int Group<V>(int panels, int depth)
        where V : struct, ILanes<V> => (int)Math.Clamp((long)panels * DepthBlocks(depth) / ((long)PartsOfThread * Parts), 1, LargestGroup<V>());

    /// <summary>Rows of the left operand for which a block of a panel is prepared: enough to pay for transposing it, few enough to stream from the last-level cache.</summary>
    public static int RowBlock<V>()
        where V : struct, ILanes<V> => 64 * TileShape<V>.Rows;

    /// <summary>The rows and panels of one part.</summary>
    public (int Row, int RowEnd, int Panel, int PanelEnd) Share<V>(int part, int rows, int panels)
        where V : struct, ILanes<V>
    {
        if (!ByRows)
        {
            return (0, rows, ThreadTeam.Begin(panels, Parts, part), ThreadTeam.Begin(panels, Parts, part + 1));
        }

        var height = TileShape<V>.Rows;
        var tiles = (rows + height - 1) / height;
        return (ThreadTeam.Begin(tiles, Parts, part) * height, Math.Min(rows, ThreadTeam.Begin(tiles, Parts, part + 1) * height), 0, panels);
    }

    private static long Longest(int items, int parts) => (items + parts - 1) / parts;
}
