using Tributary.Learning.Models.Rotary;
using Tributary.Numerics;

namespace Tributary.Learning.Models.GptNeox;

/// <summary>GPT-NeoX's configuration (Black et al. 2022; Pythia: Biderman et al. 2023), as transformers writes it.</summary>
internal sealed record GptNeoxConfig(
    int Vocabulary, int Positions, int Width, int Layers, int Heads, int Inner, float Epsilon, ActivationKind Activation, bool Tied, bool AttentionBias, bool Parallel,
    int RotaryWidth, RotaryFrequencies Frequencies, int? PadId)
{
    public int HeadWidth => Width / Heads;

    public static GptNeoxConfig Read(ConfigReader config)
    {
        var width = config.Positive("hidden_size", largest: 1 << 20);
        var heads = config.Positive("num_attention_heads");
        if (width % heads != 0)
        {
            throw config.Wrong("num_attention_heads", $"a divisor of hidden_size = {width}");
        }

        var share = config.PositiveNumber("rotary_pct", 0.25f);
        var rotary = (int)(width / heads * (double)share);
        if (share > 1 || rotary < 2 || rotary % 2 != 0)
        {
            throw config.Wrong("rotary_pct", $"a share of the {width / heads} columns of a head that is an even number of them");
        }

        return new GptNeoxConfig(
            config.Positive("vocab_size"),
            config.Positive("max_position_embeddings", 2048),
            width,
            config.Positive("num_hidden_layers", largest: 4096),
            heads,
            config.Positive("intermediate_size"),
            config.PositiveNumber("layer_norm_eps", 1e-5f),
            Activations.Parse(config.Text("hidden_act", "gelu"), config, "hidden_act"),
            config.Flag("tie_word_embeddings", false),
            config.Flag("attention_bias", true),
            config.Flag("use_parallel_residual", true),
            rotary,
            RotaryFrequencies.Read(config, "rotary_emb_base"),
            config.OptionalInteger("pad_token_id"));
    }
}
