using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Cpu.Memory;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Codes;

/// <summary>4-bit NormalFloat: a byte holds two rows of a column, the even one in its lower half. Both are looked up in a register.</summary>
internal readonly unsafe struct Nf4Codes : IBlockCodes
{
    private static readonly float* Levels = Copy(Nf4.Levels);

    public static int PairBytes => 1;

    public static float* Table => Levels;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<V>(byte* codes, int width, float* table, out V even, out V odd)
        where V : struct, ILanes<V> => V.LookUpHalves(codes, table, out even, out odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Scale<V>(V absmax)
        where V : struct, ILanes<V> => absmax;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V absmax)
        where V : struct, ILanes<V> => V.Select(V.Less(default, absmax), V.Broadcast(1) / absmax, default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V even, V odd, V factor, byte* codes, int width)
        where V : struct, ILanes<V>
    {
        var (low, high) = (even * factor, odd * factor);
        var (one, sixteen) = (V.Broadcast(1), V.Broadcast(16));
        var code = V.Broadcast(Rounding.Magic);
        foreach (var threshold in Nf4.Thresholds)
        {
            var limit = V.Broadcast(threshold);
            code += V.Select(V.Less(limit, low), one, default);
            code += V.Select(V.Less(limit, high), sixteen, default);
        }

        code.StoreLowBytes(codes);
    }

    // In memory that does not move, and on one line of the cache.
    private static float* Copy(ReadOnlySpan<float> levels)
    {
        var table = (float*)AlignedMemory.Allocate(levels.Length * sizeof(float));
        levels.CopyTo(new Span<float>(table, levels.Length));
        return table;
    }
}
