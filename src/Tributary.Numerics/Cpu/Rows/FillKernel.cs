using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y = value.</summary>
internal readonly unsafe struct FillKernel(View y, float value) : IElementKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        var target = y.At(row, start);
        var all = V.Broadcast(value);
        for (var i = 0; i < count; i += V.Count)
        {
            Lane.Store(all, target + i, count - i);
        }
    }
}
