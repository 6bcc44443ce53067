using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var last = Math.Min(end * ColumnBlock.Width, sum.Columns);
        var column = start * ColumnBlock.Width;
        for (; column <= last - (4 * V.Count); column += 4 * V.Count)
        {
            SumFour<V>(column);
        }

        for (; column < last; column += V.Count)
        {
            SumOne<V>(column, last - column);
        }
    }

    private void SumFour<V>(int column)
        where V : struct, ILanes<V>
    {
        int c1 = column + V.Count, c2 = c1 + V.Count, c3 = c2 + V.Count;
        V t0 = default, t1 = default, t2 = default, t3 = default;
        for (var group = 0; group < rows; group += GroupRows)
        {
            V s0 = default, s1 = default, s2 = default, s3 = default;
            for (var row = group; row < Math.Min(group + GroupRows, rows); row++)
            {
                s0 += term.Load<V>(row, column, V.Count);
                s1 += term.Load<V>(row, c1, V.Count);
                s2 += term.Load<V>(row, c2, V.Count);
                s3 += term.Load<V>(row, c3, V.Count);
            }

            t0 += s0;
            t1 += s1;
            t2 += s2;
            t3 += s3;
        }

        Lane.Add(t0, sum.Data + column, V.Count);
        Lane.Add(t1, sum.Data + c1, V.Count);
        Lane.Add(t2, sum.Data + c2, V.Count);
        Lane.Add(t3, sum.Data + c3, V.Count);
    }

    private void SumOne<V>(int column, int remaining)
        where V : struct, ILanes<V>
    {
        V total = default;
        for (var group = 0; group < rows; group += GroupRows)
        {
            V partial = default;
            for (var row = group; row < Math.Min(group + GroupRows, rows); row++)
            {
                partial += term.Load<V>(row, column, remaining);
            }

            total += partial;
        }

        Lane.Add(total, sum.Data + column, remaining);
    }
}
