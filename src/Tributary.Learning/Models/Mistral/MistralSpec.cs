using Tributary.Learning.Models.Rotary;

namespace Tributary.Learning.Models.Mistral;

/// <summary>
/// Mistral's configuration (Jiang et al. 2023): LLaMA with a sliding window W in every block. Query i sees key j when 0 ≤ i − j &lt; W, as current releases of transformers
/// mean it; null is no window.
/// </summary>
internal static class MistralSpec
{
    private const int UnnamedWindow = 4096; // what transformers takes when the field is missing

    public static RotarySpec Read(ConfigReader config)
    {
        var spec = RotarySpec.Read(config, "mistral");
        return config.IsNull("sliding_window")
            ? spec
            : spec with { Windows = [.. Enumerable.Repeat(config.Positive("sliding_window", UnnamedWindow, largest: int.MaxValue), spec.Layers)] };
    }
}
