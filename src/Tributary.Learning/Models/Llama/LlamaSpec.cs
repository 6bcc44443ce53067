using Tributary.Learning.Models.Rotary;

namespace Tributary.Learning.Models.Llama;

/// <summary>LLaMA's configuration (Touvron et al. 2023; Grattafiori et al. 2024), as transformers writes it.</summary>
internal static class LlamaSpec
{
    public static RotarySpec Read(ConfigReader config)
    {
        var bias = config.Flag("attention_bias", false);
        return RotarySpec.Read(config, "llama") with { QueryKeyValueBias = bias, OutputBias = bias, FeedForwardBias = config.Flag("mlp_bias", false) };
    }
}
