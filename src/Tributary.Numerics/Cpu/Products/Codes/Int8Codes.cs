using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;
using Tributary.Numerics.Storage;

namespace Tributary.Numerics.Cpu.Products.Codes;

/// <summary>Signed bytes, row after row.</summary>
internal readonly unsafe struct Int8Codes : IBlockCodes
{
    public static int PairBytes => 2;

    public static float* Table => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<V>(byte* codes, int width, float* table, out V even, out V odd)
        where V : struct, ILanes<V>
    {
        even = V.LoadSigned(codes);
        odd = V.LoadSigned(codes + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Scale<V>(V absmax)
        where V : struct, ILanes<V> => absmax / V.Broadcast(Int8.Largest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V absmax)
        where V : struct, ILanes<V> => Scale(absmax);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V even, V odd, V factor, byte* codes, int width)
        where V : struct, ILanes<V>
    {
        Code(even / factor).StoreLowBytes(codes);
        Code(odd / factor).StoreLowBytes(codes + width);
    }

    // Nothing is left between 1.5·2²³ and 1.5·2²³ + 1: adding rounds to the nearest integer, ties to even. A value that is not a number passes the limits and becomes 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Code<V>(V value)
        where V : struct, ILanes<V> =>
        V.Broadcast(Rounding.Magic) + V.Min(V.Broadcast(Int8.Largest), V.Max(V.Broadcast(-Int8.Largest), value));
}
