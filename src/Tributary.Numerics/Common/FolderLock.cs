namespace Tributary.Numerics;

/// <summary>Keeps a folder for one process: two that write into it at once would spoil each other's files. The lock ends with the process, however that ends.</summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>Creates the folder if needed and holds the file in it or below it.</summary>
    /// <exception cref="InputException">Another process holds it, or the folder cannot be written.</exception>
    public static FolderLock Take(string folder, string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return new FolderLock(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (IsHeld(error))
        {
            throw new InputException($"another tributary process works in {folder}; wait for it to end, or stop it", error);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new InputException($"{folder} cannot be written ({error.Message.TrimEnd('.')}); make it writable or use another folder", error);
        }
    }

    // The system's own number for "somebody else has it": EAGAIN of Linux and of macOS, sharing violation of Windows.
    private static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
