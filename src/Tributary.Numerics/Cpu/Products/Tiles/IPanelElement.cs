using System.Runtime.CompilerServices;
using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Products.Tiles;

/// <summary>How the elements of a panel are stored.</summary>
internal unsafe interface IPanelElement
{
    /// <summary>Bytes of one element.</summary>
    static abstract int Size { get; }

    /// <summary>Reads one vector of elements as floats.</summary>
    static abstract V Load<V>(byte* source)
        where V : struct, ILanes<V>;
}

/// <summary>Single precision.</summary>
internal readonly unsafe struct SingleElement : IPanelElement
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(byte* source)
        where V : struct, ILanes<V> => V.Load((float*)source);
}

/// <summary>bfloat16, widened when read.</summary>
internal readonly unsafe struct BrainElement : IPanelElement
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(byte* source)
        where V : struct, ILanes<V> => V.LoadBrain((ushort*)source);
}
