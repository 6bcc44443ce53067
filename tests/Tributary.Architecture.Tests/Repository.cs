namespace Tributary.Architecture.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", ".vs", "runs", "artifacts", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every file of our own below a folder, relative to the root, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Walk(Path.Combine(Root, folder)).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder).Where(sub => !NotOurs.Contains(Path.GetFileName(sub))).SelectMany(Walk));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tributary.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no Tributary.slnx above the tests");
        }

        return folder.FullName;
    }
}
