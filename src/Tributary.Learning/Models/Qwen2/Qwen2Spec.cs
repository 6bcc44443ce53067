using Tributary.Learning.Models.Rotary;

namespace Tributary.Learning.Models.Qwen2;

/// <summary>
/// Qwen2's configuration (Yang et al. 2024): LLaMA with biases at queries, keys and values. With use_sliding_window the blocks from max_window_layers on have a window, unless
/// layer_types says it block by block (current releases of transformers).
/// </summary>
internal static class Qwen2Spec
{
    public static RotarySpec Read(ConfigReader config)
    {
        var spec = RotarySpec.Read(config, "qwen2") with { QueryKeyValueBias = true };
        return config.Flag("use_sliding_window", false) && !config.IsNull("sliding_window") ? spec with { Windows = Windows(config, spec.Layers) } : spec;
    }

    private static int[] Windows(ConfigReader config, int layers)
    {
        var window = config.Positive("sliding_window", 4096, largest: int.MaxValue);
        var types = config.Texts("layer_types");
        if (types.Count == 0)
        {
            var full = config.Integer("max_window_layers", 28);
            return [.. Enumerable.Range(0, layers).Select(l => l < full ? 0 : window)];
        }

        return types.Count == layers
            ? [.. types.Select(t => t switch { "full_attention" => 0, "sliding_attention" => window, _ => throw config.Wrong("layer_types", $"full_attention or sliding_attention, not {t}") })]
            : throw config.Wrong("layer_types", $"one entry for each of the {layers} layers");
    }
}
