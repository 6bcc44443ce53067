using Tributary.Numerics;

namespace Tributary.Learning.Models.Opt;

/// <summary>OPT's configuration (Zhang et al. 2022), as transformers writes it.</summary>
internal sealed record OptConfig(
    int Vocabulary, int Positions, int Width, int EmbeddingWidth, int Layers, int Heads, int Inner, ActivationKind Activation, bool Tied, bool Bias, bool PreNorm, bool FinalNorm, int PadId)
{
    public static OptConfig Read(ConfigReader config)
    {
        var width = config.Positive("hidden_size", largest: 1 << 20);
        var heads = config.Positive("num_attention_heads");
        var vocabulary = config.Positive("vocab_size");
        var pad = config.Integer("pad_token_id", 1);
        var preNorm = config.Flag("do_layer_norm_before", true);
        return width % heads != 0 ? throw config.Wrong("num_attention_heads", $"a divisor of hidden_size = {width}")
            : pad >= vocabulary ? throw config.Wrong("pad_token_id", $"below vocab_size = {vocabulary}")
            : !config.Flag("layer_norm_elementwise_affine", true) ? throw config.Wrong("layer_norm_elementwise_affine", "true: norms without gains are not supported")
            : new OptConfig(
                vocabulary,
                config.Positive("max_position_embeddings", 2048, largest: 1 << 24),
                width,
                config.Positive("word_embed_proj_dim", width),
                config.Positive("num_hidden_layers", largest: 4096),
                heads,
                config.Positive("ffn_dim"),
                Activations.Parse(config.Text("activation_function", "relu"), config, "activation_function"),
                config.Flag("tie_word_embeddings", true),
                config.Flag("enable_bias", true),
                preNorm,
                preNorm && !config.Flag("_remove_final_layer_norm", false),
                pad);
    }
}
