using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Cpu;

/// <summary>Which vector width the kernels of a <see cref="CpuBackend"/> use. Bits are equal within one kernel set, not between two.</summary>
public enum KernelSet
{
    /// <summary>128-bit vectors, or none where the runtime has none: every processor.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2,

    /// <summary>512-bit vectors.</summary>
    Avx512,
}

/// <summary>Choice and names of kernel sets.</summary>
public static class KernelSets
{
    /// <summary>What follows a set's name when products with bfloat16 weights are oneDNN's: "cpu-avx512+onednn-bf16".</summary>
    public const string OneDnn = "+onednn-bf16";

    /// <summary>The widest set this processor runs at full speed.</summary>
    public static KernelSet Best =>
        Vector512.IsHardwareAccelerated ? KernelSet.Avx512 : Vector256.IsHardwareAccelerated ? KernelSet.Avx2 : KernelSet.Portable;

    /// <summary>The name recorded in results, for example "cpu-avx512".</summary>
    public static string Name(KernelSet kernels) => kernels switch
    {
        KernelSet.Avx512 => "cpu-avx512",
        KernelSet.Avx2 => "cpu-avx2",
        _ => "cpu-portable",
    };
}
