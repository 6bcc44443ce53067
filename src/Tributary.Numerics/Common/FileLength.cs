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

    /// <summary>The same of a file that is to be read: pipes and devices have no length, and opening one may wait for ever.</summary>
    /// <exception cref="IOException">It does not exist, cannot be asked, is empty or is no file.</exception>
    public static long OfFilled(string path) => Of(path) is > 0 and var length ? length : throw new IOException("it is empty, or a pipe or a device in the place of a file");
}
