namespace Tributary.Simulation.Tests.Verification;

/// <summary>A folder of made-up fixtures that disappears with the test.</summary>
internal sealed class TemporarySuite : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("tributary-suite-").FullName;

    public void Add(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public string Copy(string folder, string path)
    {
        var target = Directory.CreateDirectory(Path.Combine(Root, path)).FullName;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return target;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
