using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tributary.Numerics;

namespace Tributary.Learning.FrozenLayers;

/// <summary>A file for numbers that are of use to this process alone: it is gone when the process is, however that ends.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    /// <summary>Makes the file and the folder that it is in.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public ScratchFile(string path)
    {
        this.path = path;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        Free = new DriveInfo(folder).AvailableFreeSpace;
        handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);

        // Without a name the system frees it with the handle, also when the process is killed.
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>Bytes that were free on its disk when it was made.</summary>
    public long Free { get; }

    /// <summary>Writes numbers from a byte of the file on.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void Write(ReadOnlySpan<float> numbers, long at) => RandomAccess.Write(handle, MemoryMarshal.AsBytes(numbers), at);

    /// <summary>Reads numbers from a byte of the file on.</summary>
    /// <exception cref="RunException">The disk fails.</exception>
    public void Read(Span<float> numbers, long at)
    {
        var bytes = MemoryMarshal.AsBytes(numbers);
        try
        {
            while (!bytes.IsEmpty)
            {
                var read = RandomAccess.Read(handle, bytes, at);
                if (read == 0)
                {
                    throw new EndOfStreamException("the file ends early");
                }

                bytes = bytes[read..];
                at += read;
            }
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"{path} cannot be read back: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
