using Tributary.Numerics;

namespace Tributary.Learning.Models.MobileBert;

/// <summary>Where queries, keys and values of MobileBERT's narrow blocks come from.</summary>
internal enum BottleneckKind
{
    /// <summary>There is no bottleneck: blocks are as wide as the stream.</summary>
    None,

    /// <summary>All of them from the narrow stream ("use_bottleneck_attention").</summary>
    Input,

    /// <summary>Queries and keys from a bottleneck of their own, values from the wide stream ("key_query_shared_bottleneck").</summary>
    Shared,

    /// <summary>All of them from the wide stream.</summary>
    Wide,
}

/// <summary>
/// MobileBERT's configuration (Sun et al. 2020), as transformers writes it. The stream has <c>Width</c> features, the inside of a block <c>Narrow</c>; a block has
/// <c>FeedForwards</c> feed-forward networks, the last one included.
/// </summary>
internal sealed record MobileBertConfig(
    int Vocabulary, int Positions, int TokenTypes, int EmbeddingWidth, bool Trigrams, int Width, int Narrow, int Layers, int Heads, int Inner, int FeedForwards, BottleneckKind Bottleneck,
    bool HasSharedBottleneck, NormKind Norm, float Epsilon, ActivationKind Activation, bool ActivatesPooler, bool Tied, int PadId)
{
    /// <summary>The epsilon of norms to which the library does not pass the configuration's: of the embeddings and of each block's last narrow output.</summary>
    public const float FixedEpsilon = 1e-5f;

    public static MobileBertConfig Read(ConfigReader config)
    {
        var (width, vocabulary) = (config.Positive("hidden_size"), config.Positive("vocab_size"));
        var shared = config.Flag("key_query_shared_bottleneck", true);
        var bottleneck = !config.Flag("use_bottleneck", true) ? BottleneckKind.None
            : config.Flag("use_bottleneck_attention", false) ? BottleneckKind.Input
            : shared ? BottleneckKind.Shared
            : BottleneckKind.Wide;
        var narrow = bottleneck == BottleneckKind.None ? width : config.Positive("intra_bottleneck_size");
        if (bottleneck == BottleneckKind.Wide && narrow != width)
        {
            throw config.Wrong("key_query_shared_bottleneck", "true, where blocks are narrower than the stream");
        }

        var heads = config.Positive("num_attention_heads");
        var embedding = config.Positive("embedding_size", largest: width);
        return narrow % heads != 0
            ? throw config.Wrong("num_attention_heads", $"a divisor of the blocks' width {narrow}")
            : new MobileBertConfig(
                vocabulary,
                config.Positive("max_position_embeddings", 512),
                config.Positive("type_vocab_size", 2),
                embedding,
                config.Flag("trigram_input", true),
                width,
                narrow,
                config.Positive("num_hidden_layers", largest: 4096),
                heads,
                config.Positive("intermediate_size"),
                config.Positive("num_feedforward_networks", 4, largest: 1024),
                bottleneck,
                shared && bottleneck != BottleneckKind.None,
                NormOf(config),
                config.PositiveNumber("layer_norm_eps", 1e-12f),
                Activations.Parse(config.Text("hidden_act", "relu"), config, "hidden_act"),
                config.Flag("classifier_activation", true),
                config.Flag("tie_word_embeddings", true),
                config.Index("pad_token_id", 0, vocabulary));
    }

    private static NormKind NormOf(ConfigReader config) => config.Text("normalization_type", "no_norm") switch
    {
        "no_norm" => NormKind.Affine,
        "layer_norm" => NormKind.Layer,
        _ => throw config.Wrong("normalization_type", "no_norm or layer_norm"),
    };
}
