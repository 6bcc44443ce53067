namespace Tributary.Numerics;

/// <summary>Folders that are either whole or absent: filled under a temporary name beside their place, then renamed.</summary>
public static class AtomicFolder
{
    /// <summary>Lets <paramref name="fill"/> write into a temporary folder and renames that to <paramref name="path"/>, which is new or empty.</summary>
    /// <exception cref="InputException">There is a file or something in the folder already, or its place cannot be written; nothing was touched.</exception>
    /// <exception cref="RunException">The disk is full; nothing is left behind.</exception>
    public static void Write(string path, Action<string> fill)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
        {
            throw new InputException($"{full} holds something already; choose a new or empty folder");
        }

        var temporary = full + ".partial";
        Create(temporary, full);
        var whole = false;
        try
        {
            fill(temporary);
            if (Directory.Exists(full))
            {
                Directory.Delete(full);
            }

            Directory.Move(temporary, full);
            whole = true;
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new RunException($"cannot write {full}: {error.Message}", error);
        }
        finally
        {
            if (!whole)
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void Create(string temporary, string full)
    {
        try
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true); // left by a process that was killed
            }

            Directory.CreateDirectory(temporary);
        }
        catch (Exception error) when (DiskFailure.Is(error))
        {
            throw new InputException($"{full} cannot be written ({error.Message.TrimEnd('.')}); choose another folder", error);
        }
    }
}
