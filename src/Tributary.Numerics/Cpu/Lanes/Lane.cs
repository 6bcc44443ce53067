using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Whole and partial registers alike, so that every element goes through the same vector function wherever it stands in its row.</summary>
internal static unsafe class Lane
{
    /// <summary>Loads up to a register's worth of the <paramref name="remaining"/> elements; missing lanes are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(float* source, int remaining)
        where V : struct, ILanes<V> => remaining >= V.Count ? V.Load(source) : V.LoadFirst(source, remaining);

    /// <summary>Stores up to a register's worth of the <paramref name="remaining"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V value, float* target, int remaining)
        where V : struct, ILanes<V>
    {
        if (remaining >= V.Count)
        {
            value.Store(target);
        }
        else
        {
            value.StoreFirst(target, remaining);
        }
    }

    /// <summary>beta · target, without reading it when beta is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Old<V>(float* target, int remaining, float beta)
        where V : struct, ILanes<V> => beta == 0 ? default : V.Broadcast(beta) * Load<V>(target, remaining);

    /// <summary>target += value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(V value, float* target, int remaining)
        where V : struct, ILanes<V> => Store(Load<V>(target, remaining) + value, target, remaining);

    /// <summary>The lanes before <paramref name="remaining"/>, with <paramref name="pad"/> in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Keep<V>(V value, int remaining, float pad)
        where V : struct, ILanes<V>
    {
        if (remaining >= V.Count)
        {
            return value;
        }

        var lanes = stackalloc float[V.Count];
        V.Broadcast(pad).Store(lanes);
        value.StoreFirst(lanes, remaining);
        return V.Load(lanes);
    }

    /// <summary>Asks for the cache line of an address, which need not be one of this process's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>0, 1, 2…: the number of each lane. Constant data, which never moves.</summary>
    private static float* Numbers => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference<float>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]));

    /// <summary>The lanes in [first, end), which may reach beyond the register; the others are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Within<V>(V value, int first, int end)
        where V : struct, ILanes<V>
    {
        var number = V.Load(Numbers);
        return V.Select(V.Less(number, V.Broadcast(first)), default, V.Select(V.Less(number, V.Broadcast(end)), value, default));
    }

    /// <summary>Rounds up to whole registers.</summary>
    public static int Pad<V>(int count)
        where V : struct, ILanes<V> => (count + V.Count - 1) / V.Count * V.Count;
}
