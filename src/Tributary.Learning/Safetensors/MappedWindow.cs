using System.IO.MemoryMappedFiles;

namespace Tributary.Learning.Safetensors;

/// <summary>A stretch of a file, mapped until disposed: pages that stayed mapped would count as this process's memory a second time, beside what was made of them.</summary>
internal readonly unsafe ref struct MappedWindow
{
    private readonly MemoryMappedViewAccessor? view;

    /// <summary>Maps <paramref name="length"/> bytes from <paramref name="offset"/>; an empty window maps nothing.</summary>
    public MappedWindow(MemoryMappedFile file, long offset, int length)
    {
        if (length == 0)
        {
            return;
        }

        view = file.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Bytes = new ReadOnlySpan<byte>(start + view.PointerOffset, length);
    }

    /// <summary>The bytes, valid until disposed.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Unmaps them.</summary>
    public void Dispose()
    {
        view?.SafeMemoryMappedViewHandle.ReleasePointer();
        view?.Dispose();
    }
}
