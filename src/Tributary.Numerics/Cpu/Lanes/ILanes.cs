namespace Tributary.Numerics.Cpu.Lanes;

/// <summary>
/// One register of floats: the only thing that differs between the AVX-512, AVX2 and portable kernels, which are written once over it.
/// Every reduction across lanes folds halves, so its order is fixed by <see cref="Count"/>.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* source);

    /// <summary>Loads bfloat16 values and widens them.</summary>
    static abstract TSelf LoadBrain(ushort* source);

    /// <summary>Loads signed bytes as numbers.</summary>
    static abstract TSelf LoadSigned(byte* source);

    /// <summary>Loads bytes and looks both halves of each up in a table of 16.</summary>
    static abstract void LookUpHalves(byte* source, float* table, out TSelf lower, out TSelf upper);

    /// <summary>Loads the first <paramref name="count"/> lanes (fewer than <see cref="Count"/>); the others are 0.</summary>
    static abstract TSelf LoadFirst(float* source, int count);

    /// <summary>a · b + c, fused where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger; <paramref name="b"/> when either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller; <paramref name="b"/> when either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Abs(TSelf a);

    /// <summary>A mask for <see cref="Select"/>: all bits set where a &lt; b.</summary>
    static abstract TSelf Less(TSelf a, TSelf b);

    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf otherwise);

    /// <summary>The low byte of each lane's bits becomes its exponent: 2ⁿ for a lane that holds 1.5·2²³ + 127 + n; 0 for n = −127, infinity for 128.</summary>
    static abstract TSelf ExponentFromBits(TSelf a);

    /// <summary>Inner product accumulated in double.</summary>
    static abstract double Dot(float* x, float* z, int count);

    void Store(float* target);

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    void StoreFirst(float* target, int count);

    /// <summary>Stores the low byte of each lane's bits: an integer in two's complement where a lane holds 1.5·2²³ + that integer.</summary>
    void StoreLowBytes(byte* target);

    float Sum();

    float Largest();
}
