using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y = x ⊙ mask / (1 − p) + beta · y, with the uniform numbers of (rowKeys[row], column). Blocks begin at multiples of four columns.</summary>
internal readonly unsafe struct DropoutKernel(View x, float p, Philox random, long* rowKeys, View y, float beta) : IElementKernel
{
    private const int Span = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        var mask = stackalloc float[Span];
        float* source = x.At(row, start), target = y.At(row, start);
        var kept = 1 / (1 - p);
        for (var from = 0; from < count; from += Span)
        {
            for (var i = 0; i < Span; i += 4)
            {
                var block = random.Block((ulong)rowKeys[row], (ulong)(start + from + i) / 4);
                mask[i] = block.Uniform(0) >= p ? kept : 0;
                mask[i + 1] = block.Uniform(1) >= p ? kept : 0;
                mask[i + 2] = block.Uniform(2) >= p ? kept : 0;
                mask[i + 3] = block.Uniform(3) >= p ? kept : 0;
            }

            var end = Math.Min(Span, count - from);
            for (var i = 0; i < end; i += V.Count)
            {
                var rest = end - i;
                var old = Lane.Old<V>(target + from + i, rest, beta);
                Lane.Store(V.MultiplyAdd(V.Load(mask + i), Lane.Load<V>(source + from + i, rest), old), target + from + i, rest);
            }
        }
    }
}
