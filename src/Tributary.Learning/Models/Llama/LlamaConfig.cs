using Tributary.Numerics;

namespace Tributary.Learning.Models.Llama;

/// <summary>LLaMA's configuration (Touvron et al. 2023; Grattafiori et al. 2024), as transformers writes it.</summary>
internal sealed record LlamaConfig(
    int Vocabulary, int Positions, int Width, int Layers, int Heads, int KeyValueHeads, int HeadWidth, int Inner, float Epsilon, ActivationKind Activation, bool Tied,
    bool AttentionBias, bool MlpBias, float Theta, RopeScaling? Scaling, int? PadId, int Classes)
{
    public static LlamaConfig Read(ConfigReader config, int classes)
    {
        var width = config.Positive("hidden_size");
        var heads = config.Positive("num_attention_heads");
        var keyValueHeads = config.Positive("num_key_value_heads", heads);
        var headWidth = config.Positive("head_dim", Math.Max(width / heads, 1));
        if (heads % keyValueHeads != 0)
        {
            throw config.Wrong("num_key_value_heads", $"a divisor of num_attention_heads = {heads}");
        }

        if (headWidth % 2 != 0)
        {
            throw config.Wrong("head_dim", "even, for rotary positions");
        }

        return new LlamaConfig(
            config.Positive("vocab_size"),
            config.Positive("max_position_embeddings", 2048),
            width,
            config.Positive("num_hidden_layers", largest: 4096),
            heads,
            keyValueHeads,
            headWidth,
            config.Positive("intermediate_size"),
            config.Number("rms_norm_eps", 1e-6f),
            Activations.Parse(config.Text("hidden_act", "silu"), config, "hidden_act"),
            config.Flag("tie_word_embeddings", false),
            config.Flag("attention_bias", false),
            config.Flag("mlp_bias", false),
            config.Number("rope_theta", 10000),
            RopeScaling.Read(config),
            config.OptionalInteger("pad_token_id"),
            classes);
    }
}
