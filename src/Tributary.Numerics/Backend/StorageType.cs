namespace Tributary.Numerics;

/// <summary>How frozen weights are kept in memory. Trainable tensors are always <see cref="F32"/>.</summary>
public enum StorageType
{
    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>bfloat16: the upper half of a single.</summary>
    BF16,

    /// <summary>Signed bytes with a scale for every 64 inputs of an output.</summary>
    Int8,

    /// <summary>4-bit NormalFloat (Dettmers et al. 2023) with a scale for every 64 inputs of an output.</summary>
    Nf4,
}
