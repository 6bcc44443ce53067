using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Updates;

/// <summary>Clears the flag when an element is not finite: 0 · x is then NaN, and so is every sum with it.</summary>
internal readonly unsafe struct FiniteKernel(View x, int* finite) : IElementKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        var source = x.At(row, start);
        V sum = default;
        for (var i = 0; i < count; i += V.Count)
        {
            sum = V.MultiplyAdd(Lane.Load<V>(source + i, count - i), default, sum);
        }

        if (float.IsNaN(sum.Sum()))
        {
            Volatile.Write(ref *finite, 0);
        }
    }
}
