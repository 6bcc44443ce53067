namespace Tributary.Numerics;

/// <summary>How long files are. Model folders are often links into a store of downloads, and a link has a length of its own.</summary>
public static class FileLength
{
    /// <summary>Length in bytes of a file, or of the one that a link leads to.</summary>
    /// <exception cref="IOException">It does not exist or cannot be asked.</exception>
    public static long Of(string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return Directory.Exists(target) ? throw new IOException("it is a folder, not a file") : new FileInfo(target).Length;
    }
}
