using Tributary.Learning.Models.Rotary;
using Tributary.Numerics;

namespace Tributary.Learning.Models.Gemma;

/// <summary>
/// Gemma's configuration (Gemma Team 2024): LLaMA with gains of 1 + weight, embeddings times √width, heads of their own width and a tanh-GELU gate. hidden_act of early
/// files is not read: transformers takes hidden_activation, and tanh-GELU without it.
/// </summary>
internal static class GemmaSpec
{
    public static RotarySpec Read(ConfigReader config)
    {
        var spec = RotarySpec.Read(config, "gemma", "hidden_activation", "gelu_pytorch_tanh", headWidth: 256, tied: true);
        var bias = config.Flag("attention_bias", false);
        return spec with { Norm = NormKind.RmsPlusOne, EmbeddingScale = MathF.Sqrt(spec.Width), QueryKeyValueBias = bias, OutputBias = bias };
    }
}
