using Tributary.Learning.Adaptation;
using Tributary.Learning.Models;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>What of the model and adapter fixtures this build claims; each answer is null or the reason why not.</summary>
internal static class FixtureSupport
{
    /// <summary>Of a model folder.</summary>
    public static string? WhyNotModel(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            return $"{Path.GetFileName(folder)} is not a model folder: it has no config.json";
        }

        var config = FixtureJson.Load(path);
        var family = config.Find("model_type")?.GetString() ?? "unnamed";
        var architecture = config.Find("architectures")?[0].GetString() ?? "";
        return !ModelLoader.Supports(family, architecture) ? $"architecture {architecture} of model family {family} is not supported"
            : architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal) && config.Find("id2label") is { } names && names.EnumerateObject().Count() == 1
                ? "a value for each token, with a causal mask in an encoder, is not supported"
            : null;
    }

    /// <summary>Of an adapter folder.</summary>
    public static string? WhyNotAdapter(string folder) =>
        File.Exists(Path.Combine(folder, AdapterFolder.ConfigFile)) ? AdapterFolder.WhyNot(folder) : $"{Path.GetFileName(folder)} is not an adapter: it has no {AdapterFolder.ConfigFile}";
}
