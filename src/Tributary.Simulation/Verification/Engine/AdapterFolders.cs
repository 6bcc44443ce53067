using System.Text.Json;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>The adapters of a fixture folder: the folder itself, or one in each of its sub-folders, named after them.</summary>
internal sealed record AdapterFolders(string Base, IReadOnlyList<(string Name, string Folder)> Adapters)
{
    private const string Config = "adapter_config.json";

    /// <summary>True when some of the adapters are combinations of the others.</summary>
    public bool AreCombinations => Adapters.Any(a => a.Name is "linear" or "cat");

    /// <summary>Why the build cannot run the fixture, or null.</summary>
    public string? WhyNot => Adapters.Select(a => FixtureSupport.WhyNotAdapter(a.Folder)).FirstOrDefault(why => why is not null) ?? FixtureSupport.WhyNotModel(Base);

    /// <summary>True for a folder with expectations about adapters.</summary>
    public static bool IsAdapterFixture(string path) =>
        Directory.Exists(path) && !File.Exists(Path.Combine(path, "config.json")) && File.Exists(Path.Combine(path, "expected.safetensors")) && Find(path).Count > 0;

    /// <summary>Finds the adapters and the base model that they name, relative to the fixture's folder.</summary>
    public static AdapterFolders Open(string path)
    {
        var folders = Find(path);
        var own = File.Exists(Path.Combine(path, Config));
        var named = folders.Select(f => BaseOf(FixtureJson.Load(Path.Combine(f, Config)))).FirstOrDefault(b => b is not null);
        var @base = named is null ? path : Path.GetFullPath(Path.Combine(path, named));
        return new AdapterFolders(@base, [.. folders.Select(f => (own ? "default" : Path.GetFileName(f), f))]);
    }

    // PEFT's word for it, and adapter-hub's.
    private static string? BaseOf(JsonElement config) => (config.Find("base_model_name_or_path") ?? config.Find("model_name"))?.GetString();

    private static IReadOnlyList<string> Find(string path) => File.Exists(Path.Combine(path, Config))
        ? [path]
        : [.. Directory.EnumerateDirectories(path).Where(d => File.Exists(Path.Combine(d, Config))).Order(StringComparer.Ordinal)];
}
