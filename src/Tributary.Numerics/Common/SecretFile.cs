namespace Tributary.Numerics;

/// <summary>Files such as private keys, which nobody but their owner may read. On Windows the folder's rights decide.</summary>
public static class SecretFile
{
    private const int LongestBytes = 64 * 1024;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a text that is whole or absent, readable by its owner alone from its first byte, and on the disk when this returns.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public static void Write(string path, string text) => AtomicFile.Write(
        path,
        stream =>
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        },
        rights: Owner);

    /// <summary>Reads such a text.</summary>
    /// <exception cref="InputException">It cannot be read, is empty or too long, or others have rights to it.</exception>
    public static string Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(Owner | UnixFileMode.UserExecute)) != UnixFileMode.None)
            {
                throw new InputException($"{path} holds a private key and others may use it; run chmod 600 {path}");
            }

            return FileLength.OfFilled(path) <= LongestBytes ? File.ReadAllText(path) : throw new InputException($"{path} is too long for what it should hold");
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new InputException($"cannot read {path}: {error.Message}", error);
        }
    }
}
