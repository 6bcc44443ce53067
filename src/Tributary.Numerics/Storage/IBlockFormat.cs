namespace Tributary.Numerics.Storage;

/// <summary>Codes of numbers that share a scale, the largest magnitude (absmax) of their block. All arithmetic is in single precision.</summary>
internal interface IBlockFormat
{
    /// <summary>What a block with this absmax gives to <see cref="Encode"/>.</summary>
    static abstract float Factor(float absmax);

    /// <summary>The code of a number.</summary>
    static abstract byte Encode(float value, float factor);

    /// <summary>What <see cref="Level"/> is multiplied with.</summary>
    static abstract float Scale(float absmax);

    /// <summary>The number that a code stands for at scale 1.</summary>
    static abstract float Level(byte code);
}
