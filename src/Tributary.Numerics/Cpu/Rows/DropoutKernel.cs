using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Cpu.Rows;

/// <summary>y = x ⊙ mask / (1 − p) + beta · y, with the uniform numbers of (rowKeys[row], column). Blocks begin at multiples of four columns.</summary>
internal readonly unsafe struct DropoutKernel(View x, float p, Philox random, long* rowKeys, View y, float beta) : IElementKernel
{
    private const int Piece = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(int row, int start, int count)
        where V : struct, ILanes<V>
    {
        var uniforms = stackalloc float[Piece];
        float* source = x.At(row, start), target = y.At(row, start);
        V limit = V.Broadcast(p), kept = V.Broadcast(1 / (1 - p));
        for (var from = 0; from < count; from += Piece)
        {
            UniformRow.Fill(random, (ulong)rowKeys[row], (ulong)(start + from) / 4, uniforms, Piece / 4);
            var end = Math.Min(Piece, count - from);
            for (var i = 0; i < end; i += V.Count)
            {
                var rest = end - i;
                var factor = V.Select(V.Less(V.Load(uniforms + i), limit), default, kept);
                var old = Lane.Old<V>(target + from + i, rest, beta);
                Lane.Store(V.MultiplyAdd(factor, Lane.Load<V>(source + from + i, rest), old), target + from + i, rest);
            }
        }
    }
}
