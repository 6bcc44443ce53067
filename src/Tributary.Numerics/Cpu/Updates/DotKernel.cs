using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Partial inner products in double. The items are the ranges of <see cref="PartialSums"/>.</summary>
internal readonly unsafe struct DotKernel(View x, View z, double* partial, int ranges) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        for (var range = start; range < end; range++)
        {
            var cut = x.Rows == 1 ? x.Columns : x.Rows;
            var (first, last) = (ThreadTeam.Begin(cut, ranges, range), ThreadTeam.Begin(cut, ranges, range + 1));
            partial[range] = x.Rows == 1 ? V.Dot(x.Data + first, z.Data + first, last - first) : Rows<V>(first, last);
        }
    }

    private double Rows<V>(int first, int last)
        where V : struct, ILanes<V>
    {
        double sum = 0;
        for (var row = first; row < last; row++)
        {
            sum += V.Dot(x.Row(row), z.Row(row), x.Columns);
        }

        return sum;
    }
}
