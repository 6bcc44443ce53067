namespace Tributary.Numerics;

/// <summary>How frozen weights are kept in memory. Trainable tensors are always <see cref="F32"/>.</summary>
public enum StorageType
{
    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>bfloat16: the upper half of a single.</summary>
    BF16,
}
