using Tributary.Numerics;

namespace Tributary.Learning.Models.Gpt2;

/// <summary>GPT-2's configuration (Radford et al. 2019), as transformers writes it.</summary>
internal sealed record Gpt2Config(
    int Vocabulary, int Positions, int Width, int Layers, int Heads, int Inner, float Epsilon, ActivationKind Activation, bool Tied, bool ScaleByWidth, bool ScaleByLayer, int? PadId)
{
    public static Gpt2Config Read(ConfigReader config)
    {
        var width = config.Positive("n_embd");
        var heads = config.Positive("n_head");
        if (width % heads != 0)
        {
            throw config.Wrong("n_head", $"a divisor of n_embd = {width}");
        }

        return new Gpt2Config(
            config.Positive("vocab_size"),
            config.Positive("n_positions", 1024),
            width,
            config.Positive("n_layer", largest: 4096),
            heads,
            config.Positive("n_inner", 4 * width),
            config.PositiveNumber("layer_norm_epsilon", 1e-5f),
            Activations.Parse(config.Text("activation_function", "gelu_new"), config, "activation_function"),
            config.Flag("tie_word_embeddings", true),
            config.Flag("scale_attn_weights", true),
            config.Flag("scale_attn_by_inverse_layer_idx", false),
            config.OptionalInteger("pad_token_id"));
    }
}
