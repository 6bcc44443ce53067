namespace Tributary.Numerics;

/// <summary>Files that are either whole or absent: written under a temporary name in the same folder, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Creates the folder if needed, lets <paramref name="write"/> fill a temporary file and renames it to <paramref name="path"/>.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="pieceBytes">What is written by bits is collected into pieces of so many bytes: files in large pieces are read faster while the system keeps them in memory.</param>
    /// <param name="rights">Who may use it, where the system knows such rights; null for the usual ones.</param>
    /// <exception cref="RunException">The file cannot be written, for example because the disk is full; the previous file is intact.</exception>
    public static void Write(string path, Action<FileStream> write, int pieceBytes = 4096, UnixFileMode? rights = null)
    {
        var full = Path.GetFullPath(path);
        var temporary = full + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.Delete(temporary); // left by a process that was killed, perhaps with other rights
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = pieceBytes };
            if (rights is not null && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = rights;
            }

            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            TryDelete(temporary);
            throw new RunException($"cannot write {full}: {error.Message}", error);
        }
    }

    /// <summary>Writes a text in UTF-8.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            // The first error is the one to report.
        }
    }
}
