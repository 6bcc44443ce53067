using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>Four floats: every processor, ARM64 included.</summary>
internal readonly unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private readonly Vector128<float> value = value;

    public static int Count => 4;

    public float First => value.ToScalar();

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

    public static double Dot(float* x, float* z, int count)
    {
        Vector128<double> even = default, odd = default;
        var i = 0;
        for (; i <= count - Count; i += Count)
        {
            var (xl, xu) = Vector128.Widen(Vector128.Load(x + i));
            var (zl, zu) = Vector128.Widen(Vector128.Load(z + i));
            even = Vector128.MultiplyAddEstimate(xl, zl, even);
            odd = Vector128.MultiplyAddEstimate(xu, zu, odd);
        }

        if (i < count)
        {
            var (xl, xu) = Vector128.Widen(LoadFirst(x + i, count - i).value);
            var (zl, zu) = Vector128.Widen(LoadFirst(z + i, count - i).value);
            even = Vector128.MultiplyAddEstimate(xl, zl, even);
            odd = Vector128.MultiplyAddEstimate(xu, zu, odd);
        }

        var pair = even + odd;
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
    public float Sum() => value[0] + value[2] + (value[1] + value[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest() => MathF.Max(MathF.Max(value[0], value[2]), MathF.Max(value[1], value[3]));
}
