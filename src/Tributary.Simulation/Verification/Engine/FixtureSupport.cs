using System.Text.Json;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>What of the model and adapter fixtures this build claims; each answer is null or the reason why not.</summary>
internal static class FixtureSupport
{
    private static readonly string[] Families = ["gpt2", "llama"];
    private static readonly string[] Heads = ["LMHeadModel", "ForCausalLM", "ForSequenceClassification"];

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
        var architecture = config.Find("architectures")?[0].GetString() ?? family;
        return !Families.Contains(family, StringComparer.Ordinal) ? $"model family {family} is not supported"
            : !Array.Exists(Heads, h => architecture.EndsWith(h, StringComparison.Ordinal)) ? $"architecture {architecture} is not supported"
            : null;
    }

    /// <summary>Of a PEFT adapter folder.</summary>
    public static string? WhyNotAdapter(string folder)
    {
        var path = Path.Combine(folder, "adapter_config.json");
        if (!File.Exists(path))
        {
            return $"{Path.GetFileName(folder)} is not a PEFT adapter: it has no adapter_config.json";
        }

        var config = FixtureJson.Load(path);
        var bias = config.Find("bias") is { ValueKind: JsonValueKind.String } text ? text.GetString() : "none";
        return config.Find("peft_type")?.GetString() is not { } kind ? "adapters other than PEFT's are not supported"
            : kind != "LORA" ? $"adapter kind {kind} is not supported"
            : config.Find("use_dora") is { ValueKind: JsonValueKind.True } ? "DoRA is not supported"
            : bias != "none" ? $"LoRA with bias {bias} is not supported"
            : null;
    }
}
