using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Cpu.Products.Pairs;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Products.Frozen;

/// <summary>y[i] = W[ids[i]] + beta · y[i] from panels, in which a row of W is a column; what is not in single precision is decoded a piece of a panel at a time.</summary>
internal readonly unsafe struct GatherRowsJob<V>(CpuFrozenMatrix table, int* ids, int count, View y, float beta, int parts) : IJob
    where V : struct, ILanes<V>
{
    /// <summary>Elements below which a thread costs more than it saves.</summary>
    public const int Grain = 8 << 10;

    private const int Rows = 128;
    private readonly int* ids = ids;
    private readonly View y = y;

    public void Run(int part)
    {
        using var scratch = Scratch.Open();
        var piece = table.Storage == StorageType.F32 ? null : scratch.Take((long)PanelRows<V>.Room(Rows) * table.Layout.PanelWidth);
        for (var i = ThreadTeam.Begin(count, parts, part); i < ThreadTeam.Begin(count, parts, part + 1); i++)
        {
            var (panel, column) = Math.DivRem(ids[i], table.Layout.PanelWidth);
            for (var input = 0; input < table.Inputs; input += Rows)
            {
                Gather(panel, column, input, Math.Min(Rows, table.Inputs - input), piece, y.At(i, input));
            }
        }
    }

    private void Gather(int panel, int column, int input, int rows, float* piece, float* target)
    {
        if (table.IsPaired)
        {
            PairRows.ReadOutput(table, panel, column, input, rows, new Span<float>(piece, rows));
            Join(piece, 1, rows, target);
            return;
        }

        var source = piece;
        if (piece == null)
        {
            source = (float*)table.At(panel, input);
        }
        else
        {
            PanelRows<V>.Read(table, panel, input, rows, piece);
        }

        Join(source + column, table.Layout.Width(panel), rows, target);
    }

    private void Join(float* source, int step, int rows, float* target)
    {
        for (var r = 0; r < rows; r++)
        {
            var value = source[r * step];
            target[r] = beta == 0 ? value : value + (beta * target[r]);
        }
    }
}
