using Tributary.Numerics;

namespace Tributary.Learning.Models.T5;

/// <summary>T5's configuration (Raffel et al. 2020; version 1.1: Shazeer 2020), as transformers writes it.</summary>
internal sealed record T5Config(
    int Vocabulary, int Width, int EncoderLayers, int DecoderLayers, int Heads, int HeadWidth, int Inner, bool IsGated, ActivationKind Activation, float Epsilon, int Buckets,
    int LargestDistance, bool Tied, int PadId, int StartId)
{
    public static T5Config Read(ConfigReader config)
    {
        var vocabulary = config.Positive("vocab_size");
        var layers = config.Positive("num_layers", largest: 4096);
        var (isGated, activation) = FeedForward(config);
        var buckets = config.Positive("relative_attention_num_buckets", 32, largest: 1 << 16);
        var largest = config.Positive("relative_attention_max_distance", 128, largest: 1 << 20);
        var pad = config.Integer("pad_token_id", 0);
        var start = config.Integer("decoder_start_token_id", pad);
        return buckets < 4 ? throw config.Wrong("relative_attention_num_buckets", "at least 4: an encoder halves them twice")
            : largest <= buckets / 2 ? throw config.Wrong("relative_attention_max_distance", $"above the {buckets / 2} distances that have buckets of their own")
            : start < 0 || start >= vocabulary ? throw config.Wrong("decoder_start_token_id", $"from 0 to {vocabulary - 1}")
            : new T5Config(
                vocabulary,
                config.Positive("d_model", largest: 1 << 16),
                layers,
                config.Positive("num_decoder_layers", layers, largest: 4096),
                config.Positive("num_heads", largest: 1 << 12),
                config.Positive("d_kv", 64, largest: 1 << 16),
                config.Positive("d_ff"),
                isGated,
                activation,
                config.PositiveNumber("layer_norm_epsilon", 1e-6f),
                buckets,
                largest,
                config.Flag("tie_word_embeddings", true),
                pad,
                start);
    }

    // "gated-gelu" is the tanh form; "gelu" by itself is exact.
    private static (bool IsGated, ActivationKind Activation) FeedForward(ConfigReader config)
    {
        const string Gated = "gated-";
        var name = config.Text("feed_forward_proj", "relu");
        var isGated = name.StartsWith(Gated, StringComparison.Ordinal);
        var activation = isGated ? name[Gated.Length..] : name;
        return (isGated, Activations.Parse(isGated && activation == "gelu" ? "gelu_new" : activation, config, "feed_forward_proj"));
    }
}
