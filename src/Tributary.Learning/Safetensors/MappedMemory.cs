using System.Runtime.InteropServices;

namespace Tributary.Learning.Safetensors;

/// <summary>Memory into which a file is mapped.</summary>
internal static unsafe partial class MappedMemory
{
    private const int DontNeed = 4;

    /// <summary>
    /// Takes the whole pages within a range out of the process: what was read of a large file would else count as its memory until the system runs short. Reading brings them
    /// back. A hint: where the system knows none, nothing happens.
    /// </summary>
    public static void Forget(byte* start, long length)
    {
        var page = (ulong)Environment.SystemPageSize;
        var first = ((ulong)start + page - 1) / page * page;
        var end = ((ulong)start + (ulong)length) / page * page;
        if (OperatingSystem.IsLinux() && end > first)
        {
            _ = Advise((void*)first, (nuint)(end - first), DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
