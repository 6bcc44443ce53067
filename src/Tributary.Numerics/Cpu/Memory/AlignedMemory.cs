using System.Runtime.InteropServices;

namespace Tributary.Numerics.Cpu.Memory;

/// <summary>Zeroed native memory, 64-byte aligned. Large blocks come straight from the system: untouched pages cost nothing and freeing returns them at once.</summary>
internal static unsafe partial class AlignedMemory
{
    private const int Alignment = 64;
    private const long MapFrom = 64 << 10;
    private const int ReadWrite = 1 | 2, PrivateAnonymous = 0x02 | 0x20, AdviseHugePages = 14;

    /// <summary>Allocates zeroed bytes; <see cref="OutOfMemoryException"/> when the system refuses.</summary>
    public static void* Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (!IsMapped(bytes))
        {
            var block = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
            NativeMemory.Clear(block, (nuint)bytes);
            return block;
        }

        var map = Map(null, (nuint)bytes, ReadWrite, PrivateAnonymous, -1, 0);
        return (nint)map == -1 ? throw new OutOfMemoryException($"the system refused {bytes} bytes of memory") : map;
    }

    /// <summary>Frees what <see cref="Allocate"/> returned for the same number of bytes.</summary>
    public static void Free(void* block, long bytes)
    {
        if (IsMapped(bytes))
        {
            _ = Unmap(block, (nuint)bytes);
        }
        else
        {
            NativeMemory.AlignedFree(block);
        }
    }

    /// <summary>Asks for huge pages where all of a large block will be read again and again: fewer address translations.</summary>
    public static void PreferHugePages(void* block, long bytes)
    {
        if (IsMapped(bytes))
        {
            _ = Advise(block, (nuint)bytes, AdviseHugePages);
        }
    }

    private static bool IsMapped(long bytes) => bytes >= MapFrom && OperatingSystem.IsLinux();

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
