namespace Tributary.Learning.FrozenLayers;

/// <summary>How much an <see cref="ActivationStore"/> may hold.</summary>
/// <param name="MemoryBytes">Device memory, which is filled first.</param>
/// <param name="DiskBytes">Bytes of the scratch file; never more than <see cref="ShareOf"/> says of its disk.</param>
public readonly record struct ActivationLimits(long MemoryBytes, long DiskBytes)
{
    /// <summary>What is used unless something else is said: 128 MB of memory, and disk as far as it goes.</summary>
    public static ActivationLimits Default => new(128_000_000, long.MaxValue);

    /// <summary>Nothing is kept.</summary>
    public static ActivationLimits None => default;

    /// <summary>The most a scratch file may take of a disk with that many free bytes: half of what is above a gigabyte, which is left to the run's own state.</summary>
    public static long ShareOf(long free) => Math.Max(0, free - 1_000_000_000) / 2;

    /// <summary>How much memory that many bytes of rows take, and how much disk if there is enough.</summary>
    public (long Memory, long Disk) Divide(long bytes) => (Math.Min(bytes, MemoryBytes), Math.Clamp(bytes - MemoryBytes, 0, DiskBytes));
}
