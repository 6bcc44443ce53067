using System.Text.Json;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>What a run begins from: a base model and a LoRA adapter, named relative to the fixture's folder.</summary>
internal sealed record RunStart(string Base, string Adapter)
{
    /// <summary>Why the build cannot run it, or null.</summary>
    public string? WhyNot => FixtureSupport.WhyNotModel(Base) ?? FixtureSupport.WhyNotAdapter(Adapter);

    /// <summary>Reads the names from a run.</summary>
    public static RunStart Read(string path, JsonElement run) => new(Resolve(path, run, "base"), Resolve(path, run, "start_adapter"));

    private static string Resolve(string path, JsonElement run, string key) => Path.GetFullPath(Path.Combine(path, run.GetProperty(key).GetString()!));
}
