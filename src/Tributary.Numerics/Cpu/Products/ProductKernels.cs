using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Frozen;
using Tributary.Numerics.Cpu.Products.Panels;
using Tributary.Numerics.Cpu.Products.Tiles;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products;

/// <summary>The matrix products over registers of type <typeparamref name="V"/>.</summary>
internal sealed unsafe class ProductKernels<V>(ThreadTeam team) : IProductKernels
    where V : struct, ILanes<V>
{
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

    public void Multiply(LeftOperand x, CpuFrozenMatrix weight, TileFinish finish) => Run(x, new FrozenPanels(weight), finish);

    public void MultiplyTransposed(LeftOperand dy, CpuFrozenMatrix weight, TileFinish finish) =>
        Run(dy, new FrozenTransposedPanels(weight, PanelLayout.For<V>(weight.Inputs)), finish);

    public CpuFrozenMatrix Freeze(ReadOnlySpan<float> source, int outputs, int inputs, bool transposed, bool brain)
    {
        var weight = new CpuFrozenMatrix(outputs, inputs, PanelLayout.For<V>(outputs), brain);
        fixed (float* values = source)
        {
            team.Run(new PackJob(weight, values, transposed), weight.Layout.Count);
        }

        return weight;
    }

    private void Run<TPanels>(LeftOperand a, TPanels panels, TileFinish finish)
        where TPanels : struct, IPanels
    {
        var plan = ProductPlan.For<V>(team, a.Rows, a.Depth, panels.Layout.Count);
        team.Run(new ProductJob<V, TPanels>(a, panels, finish, plan), plan.Parts);
    }
}
