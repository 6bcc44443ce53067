using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;
using Tributary.Numerics.OneDnn;

namespace Tributary.Numerics.Cpu.Products.Pairs;

/// <summary>Both products with a weight that is kept in pairs.</summary>
internal sealed class PairProducts<V>(ThreadTeam team, PairTiles tiles)
    where V : struct, ILanes<V>
{
    private const int PanelWidth = 64;

    // From so many rows for each thread on, rounding them once costs more than every thread's own panels do.
    private const int RowsOfThread = 128;

    // Multiply-adds below which a thread costs more than it saves.
    private const long Grain = 256 << 10, RowGrain = 128 << 10;

    /// <summary>The products, where this width is that of the tiles and a library computes them; else null.</summary>
    public static PairProducts<V>? Find(ThreadTeam team) => V.Count == 16 && PairTiles.Shared is { } tiles ? new(team, tiles) : null;

    /// <summary>How a weight's outputs are cut.</summary>
    public static PanelLayout Layout(int columns) => new(columns, PanelWidth, V.Count);

    /// <summary>x · Wᵀ.</summary>
    public void Multiply(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish)
    {
        if (x.Rows > 1)
        {
            Run(x, new PairPanels(weight), finish);
            return;
        }

        var plan = new ProductPlan(Math.Min(team.Parts((long)x.Depth * weight.Outputs, RowGrain), weight.Layout.Count), ByRows: false);
        team.Run(new PairRowJob<V>(x, weight, finish, plan), plan.Parts);
    }

    /// <summary>dy · W.</summary>
    public void MultiplyTransposed(LeftOperand dy, CpuFrozenMatrix weight, TileFinish finish) =>
        Run(dy, new TransposedPairPanels(weight, Layout(weight.Inputs)), finish);

    private void Run<TPanels>(LeftOperand a, TPanels panels, TileFinish finish)
        where TPanels : struct, IPairPanels
    {
        var parts = team.Parts((long)a.Rows * a.Depth * panels.Layout.PaddedColumns, Grain);
        var byRows = a.Rows >= RowsOfThread * parts;
        var plan = new ProductPlan(Math.Min(parts, byRows ? parts : panels.Layout.Count), byRows);
        team.Run(new PairJob<V, TPanels>(tiles, a, panels, finish, plan), plan.Parts);
    }
}
