using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>Copies the part of a matrix that belongs to one head into blocks for <see cref="Tile"/>.</summary>
internal static unsafe class Pack
{
    /// <summary>Rows as they are, each padded with zeros to <paramref name="padded"/> columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<V>(float* source, nint stride, int rows, int columns, float* target, int padded)
        where V : struct, ILanes<V>
    {
        for (var r = 0; r < rows; r++, source += stride, target += padded)
        {
            for (var i = 0; i < columns; i += V.Count)
            {
                Lane.Load<V>(source + i, columns - i).Store(target + i);
            }
        }
    }

    /// <summary>Transposed: column c of the block becomes row c of the target, <paramref name="padded"/> wide, with zeros after the last row of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed(float* source, nint stride, int rows, int columns, float* target, int padded)
    {
        var r = 0;
        for (; r <= rows - 4; r += 4)
        {
            float* s0 = source + (r * stride), s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
            var to = target + r;
            for (var c = 0; c < columns; c++, to += padded)
            {
                (to[0], to[1], to[2], to[3]) = (s0[c], s1[c], s2[c], s3[c]);
            }
        }

        for (; r < padded; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                target[(c * padded) + r] = r < rows ? source[(r * stride) + c] : 0;
            }
        }
    }

    /// <summary>target += source, of which only <paramref name="columns"/> exist in the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<V>(float* source, int padded, int rows, int columns, float* target, nint stride)
        where V : struct, ILanes<V>
    {
        for (var r = 0; r < rows; r++, source += padded, target += stride)
        {
            for (var i = 0; i < columns; i += V.Count)
            {
                Lane.Add(V.Load(source + i), target + i, columns - i);
            }
        }
    }
}
