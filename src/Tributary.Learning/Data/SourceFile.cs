using Tributary.Numerics;

namespace Tributary.Learning.Data;

/// <summary>A data file that has been read.</summary>
/// <param name="Name">File name without extension, or with its folder where several files share it.</param>
/// <param name="Examples">Its rows, in order; at least one.</param>
public sealed record SourceFile(string Name, IReadOnlyList<Example> Examples)
{
    /// <summary>Reads all files of a path or pattern (<c>folder/part_*.json</c>, or a folder), in ordinal order of their paths.</summary>
    /// <exception cref="InputException">No file, or one that cannot be read as <paramref name="format"/>.</exception>
    public static IReadOnlyList<SourceFile> ReadAll(string pattern, DataFormat format, DataColumns? columns = null)
    {
        var paths = Expand(pattern);
        var names = Names(paths);
        return [.. paths.Select((path, index) => new SourceFile(names[index], DataFile.Read(path, format, columns)))];
    }

    /// <summary>The files that a path, folder or pattern with <c>*</c> and <c>?</c> in its last part means, in ordinal order.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static IReadOnlyList<string> Expand(string pattern)
    {
        if (File.Exists(pattern))
        {
            return [pattern];
        }

        var isFolder = Directory.Exists(pattern);
        var folder = isFolder ? pattern : Path.GetDirectoryName(Path.GetFullPath(pattern))!;
        if (!Directory.Exists(folder))
        {
            throw new InputException($"no data at {pattern}: the folder {folder} does not exist");
        }

        var files = Directory.GetFiles(folder, isFolder ? "*" : Path.GetFileName(pattern)).Where(file => Path.GetFileName(file)[0] != '.');
        string[] ordered = [.. files.Order(StringComparer.Ordinal)];
        return ordered.Length > 0 ? ordered : throw new InputException($"no data at {pattern}: nothing matches");
    }

    private static string[] Names(IReadOnlyList<string> paths)
    {
        string[] names = [.. paths.Select(path => Path.GetFileNameWithoutExtension(path))];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : [.. paths.Select(path => Path.GetFileName(path))];
    }
}
