using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Four floats: every processor, ARM64 included.</summary>
internal readonly unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private readonly Vector128<float> value = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBrain(ushort* source) => new((Vector128.WidenLower(Vector128.Create(Vector64.Load(source), default)) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadSigned(byte* source) =>
        new(Vector128.ConvertToSingle(Vector128.Create((sbyte)source[0], (sbyte)source[1], (sbyte)source[2], (sbyte)source[3])));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookUpHalves(byte* source, float* table, out Lanes128 lower, out Lanes128 upper)
    {
        lower = new(Vector128.Create(table[source[0] & 15], table[source[1] & 15], table[source[2] & 15], table[source[3] & 15]));
        upper = new(Vector128.Create(table[source[0] >> 4], table[source[1] >> 4], table[source[2] >> 4], table[source[3] >> 4]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadFirst(float* source, int count) =>
        new(Vector128.Create(count > 0 ? source[0] : 0, count > 1 ? source[1] : 0, count > 2 ? source[2] : 0, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.MultiplyAddEstimate(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 a) => new(Vector128.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 a) => new(Vector128.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Less(Lanes128 a, Lanes128 b) => new(Vector128.LessThan(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Select(Lanes128 mask, Lanes128 whenSet, Lanes128 otherwise) =>
        new(Vector128.ConditionalSelect(mask.value, whenSet.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ExponentFromBits(Lanes128 a) => new((a.value.AsInt32() << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(float* x, float* z, int count)
    {
        Vector128<double> low = default, high = default;
        var i = 0;
        for (; i <= count - Count; i += Count)
        {
            AddProducts(Vector128.Load(x + i), Vector128.Load(z + i), ref low, ref high);
        }

        if (i < count)
        {
            AddProducts(LoadFirst(x + i, count - i).value, LoadFirst(z + i, count - i).value, ref low, ref high);
        }

        var pair = low + high;
        return pair[0] + pair[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFirst(float* target, int count)
    {
        for (var lane = 0; lane < count; lane++)
        {
            target[lane] = value[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowBytes(byte* target)
    {
        var bits = value.AsInt32();
        for (var lane = 0; lane < Count; lane++)
        {
            target[lane] = (byte)bits[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum()
    {
        var pairs = value + Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1));
        return (pairs + Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest()
    {
        var pairs = Vector128.MaxNative(value, Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProducts(Vector128<float> x, Vector128<float> z, ref Vector128<double> low, ref Vector128<double> high)
    {
        low = Vector128.MultiplyAddEstimate(Vector128.WidenLower(x), Vector128.WidenLower(z), low);
        high = Vector128.MultiplyAddEstimate(Vector128.WidenUpper(x), Vector128.WidenUpper(z), high);
    }
}
