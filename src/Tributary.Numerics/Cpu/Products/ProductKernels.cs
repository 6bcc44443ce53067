using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Codes;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Pairs;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>The matrix products over registers of type <typeparamref name="V"/>.</summary>
internal sealed unsafe class ProductKernels<V>(ThreadTeam team) : IProductKernels
    where V : struct, ILanes<V>
{
    // Looked for when the first weight in bfloat16 comes.
    private readonly Lazy<PairProducts<V>?> pairs = new(() => PairProducts<V>.Find(team));

    public bool UsesOneDnn => pairs is { IsValueCreated: true, Value: not null };

    public void Gemm(LeftOperand a, View b, bool transposeB, TileFinish finish)
    {
        if (transposeB)
        {
            Run(a, new ColumnPanels(b, PanelLayout.For<V>(b.Rows)), finish);
        }
        else
        {
            Run(a, new RowPanels(b, PanelLayout.For<V>(b.Columns)), finish);
        }
    }

    public void Multiply(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish)
    {
        if (weight.IsPaired)
        {
            pairs.Value!.Multiply(x, weight, finish);
            return;
        }

        if (x.Rows != 1 || x.Depth == 0)
        {
            Run(x, new FrozenPanels<V>(weight), finish);
            return;
        }

        switch (weight.Storage)
        {
            case StorageType.Int8:
                RunRow<CodeRow<V, Int8Codes>>(x, weight, finish);
                break;
            case StorageType.Nf4:
                RunRow<CodeRow<V, Nf4Codes>>(x, weight, finish);
                break;
            case StorageType.BF16:
                RunRow<ElementRow<V, BrainElement>>(x, weight, finish);
                break;
            default:
                RunRow<ElementRow<V, SingleElement>>(x, weight, finish);
                break;
        }
    }

    public void MultiplyTransposed(LeftOperand dy, CpuFrozenMatrix weight, TileFinish finish)
    {
        if (weight.IsPaired)
        {
            pairs.Value!.MultiplyTransposed(dy, weight, finish);
        }
        else
        {
            Run(dy, new FrozenTransposedPanels<V>(weight, PanelLayout.For<V>(weight.Inputs)), finish);
        }
    }

    public CpuFrozenMatrix Freeze(ReadElements read, int outputs, int inputs, bool transposed, StorageType storage)
    {
        var isPaired = storage == StorageType.BF16 && outputs > 0 && inputs > 0 && pairs.Value is not null;
        var weight = isPaired
            ? CpuFrozenMatrix.Paired(outputs, inputs, PairProducts<V>.Layout(outputs))
            : new CpuFrozenMatrix(outputs, inputs, PanelLayout.For<V>(outputs), storage);
        try
        {
            Packing<V>.Run(team, weight, read, transposed);
        }
        catch
        {
            weight.Dispose();
            throw;
        }

        return weight;
    }

    public void Gather(CpuFrozenMatrix table, ReadOnlySpan<int> ids, View y, float beta)
    {
        fixed (int* list = ids)
        {
            var parts = Math.Min(team.Parts((long)ids.Length * table.Inputs, GatherRowsJob<V>.Grain), Math.Max(ids.Length, 1));
            team.Run(new GatherRowsJob<V>(table, list, ids.Length, y, beta, parts), parts);
        }
    }

    private void RunRow<TRow>(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish)
        where TRow : struct, IPanelRow
    {
        var plan = ProductPlan.For<V>(team, 1, x.Depth, weight.Layout.Count);
        team.Run(new RowJob<V, TRow>(x, weight, finish, plan), plan.Parts);
    }

    private void Run<TPanels>(LeftOperand a, TPanels panels, TileFinish finish)
        where TPanels : struct, IPanels
    {
        var plan = ProductPlan.For<V>(team, a.Rows, a.Depth, panels.Layout.Count);
        if (plan.InBlocks(a, panels.Layout.Count))
        {
            BlockJob<V, TPanels>.Run(team, a, panels, finish, plan.Group<V>(panels.Layout.Count, a.Depth));
            return;
        }

        team.Run(new ProductJob<V, TPanels>(a, panels, finish, plan), plan.Parts);
    }
}
