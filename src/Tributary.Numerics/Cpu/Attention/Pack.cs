using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Products.Panels;

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
    public static void Transposed(float* source, nint stride, int rows, int columns, float* target, int padded)
    {
        Transposition.Run(source, stride, rows, columns, target, padded);
        for (var c = 0; rows < padded && c < columns; c++)
        {
            new Span<float>(target + (c * padded) + rows, padded - rows).Clear();
        }
    }

    /// <summary>target += source, of which only <paramref name="columns"/> exist in the target.</summary>
    public static void AddRows<V>(float* source, int padded, int rows, int columns, float* target, nint stride)
        where V : struct, ILanes<V>
    {
        if (V.Count > Lanes256.Count && columns <= Lanes256.Count)
        {
            Add<Lanes256>(source, padded, rows, columns, target, stride); // half a register is whole there
        }
        else
        {
            Add<V>(source, padded, rows, columns, target, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<V>(float* source, int padded, int rows, int columns, float* target, nint stride)
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
