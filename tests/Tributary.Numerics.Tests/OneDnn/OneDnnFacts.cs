using Tributary.Numerics.Cpu;
using Tributary.Numerics.OneDnn;

namespace Tributary.Numerics.Tests.OneDnn;

/// <summary>A fact about products that oneDNN computes, skipped where none do.</summary>
public sealed class OneDnnFactAttribute : FactAttribute
{
    public OneDnnFactAttribute() => Skip = OneDnnFacts.SkipReason;
}

/// <summary>A theory about products that oneDNN computes.</summary>
public sealed class OneDnnTheoryAttribute : TheoryAttribute
{
    public OneDnnTheoryAttribute() => Skip = OneDnnFacts.SkipReason;
}

/// <summary>Whether oneDNN can be tested here.</summary>
internal static class OneDnnFacts
{
    public static string? SkipReason { get; } =
        KernelSets.Best != KernelSet.Avx512 ? "products in bfloat16 by oneDNN belong to the AVX-512 kernels"
        : PairTiles.Shared is null ? $"{Functions.Library} (oneDNN 2.6 or 2.7, Debian's libdnnl2) is not installed, or this processor has no products in bfloat16"
        : null;
}
