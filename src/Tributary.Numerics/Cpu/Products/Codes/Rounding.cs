namespace Tributary.Numerics.Cpu.Products.Codes;

/// <summary>Integers in the low bits of floats.</summary>
internal static class Rounding
{
    /// <summary>1.5·2²³: the bits of this plus an integer end in that integer.</summary>
    public const float Magic = 12582912;
}
