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
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new InputException($"{folder} cannot be used for results ({error.Message.TrimEnd('.')}); choose another folder with --out", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
