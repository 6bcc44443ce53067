using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>Rotates the two halves of the first columns of every head against each other. The items are rows.</summary>
internal readonly unsafe struct RotateKernel(View x, int* positions, View cos, View sin, int headWidth, bool inverse) : IKernel
{
    public void Run<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        // Halves of narrow heads fill a narrower register whole; each element is computed alike on all of them.
        if (cos.Columns <= Lanes128.Count)
        {
            Rows<Lanes128>(start, end);
        }
        else
        {
            Rows<V>(start, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows<V>(int start, int end)
        where V : struct, ILanes<V>
    {
        var half = cos.Columns;
        var sign = V.Broadcast(inverse ? -1f : 1f);
        for (var row = start; row < end; row++)
        {
            float* cosines = cos.Row(positions[row]), sines = sin.Row(positions[row]);
            for (var i = 0; i < half; i += V.Count)
            {
                var rest = half - i;
                V c = Lane.Load<V>(cosines + i, rest), s = sign * Lane.Load<V>(sines + i, rest);
                for (var column = i; column < x.Columns; column += headWidth)
                {
                    float* low = x.At(row, column), high = low + half;
                    V a = Lane.Load<V>(low, rest), b = Lane.Load<V>(high, rest);
                    Lane.Store((a * c) - (b * s), low, rest);
                    Lane.Store((b * c) + (a * s), high, rest);
                }
            }
        }
    }
}
