using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>
/// sum += the terms of every row. Rows are added up in groups of <see cref="GroupRows"/>, counted from row 0, and the groups joined in order: the
/// rounding grows with the groups, not the rows, and depends on nothing but their number.
/// </summary>
internal readonly unsafe struct ColumnSumKernel<TTerm>(TTerm term, int rows, View sum) : IKernel
    where TTerm : struct, IColumnTerm
{
    private const int GroupRows = 64;

    private readonly TTerm term = term;

    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var first = start * ColumnBlock.Width;
        var count = Math.Min(end * ColumnBlock.Width, sum.Columns) - first;
        using var scratch = Scratch.Open();
        float* total = scratch.Take(count), partial = scratch.Take(count);
        new Span<float>(total, count).Clear();
        for (var row = 0; row < rows; row += GroupRows)
        {
            new Span<float>(partial, count).Clear();
            Group<V>(row, Math.Min(row + GroupRows, rows), first, count, partial);
            AddScaledKernel.Row<V>(partial, total, count, 1, 1);
        }

        AddScaledKernel.Row<V>(total, sum.Data + first, count, 1, 1);
    }

    /// <summary>Reads along the rows, four at a time, so that memory is streamed and the sums stay in the first cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Group<V>(int row, int end, int first, int count, float* partial)
        where V : struct, ILanes<V>
    {
        for (; row <= end - 4; row += 4)
        {
            for (var i = 0; i < count; i += V.Count)
            {
                var rest = count - i;
                var s = Lane.Load<V>(partial + i, rest) + term.Load<V>(row, first + i, rest);
                s += term.Load<V>(row + 1, first + i, rest);
                s += term.Load<V>(row + 2, first + i, rest);
                s += term.Load<V>(row + 3, first + i, rest);
                Lane.Store(s, partial + i, rest);
            }
        }

        for (; row < end; row++)
        {
            for (var i = 0; i < count; i += V.Count)
            {
                Lane.Add(term.Load<V>(row, first + i, count - i), partial + i, count - i);
            }
        }
    }
}
