using Tributary.Numerics;

namespace Tributary.Learning.Models.DistilBert;

/// <summary>DistilBERT's configuration (Sanh et al. 2019), as transformers writes it.</summary>
internal sealed record DistilBertConfig(int Vocabulary, int Positions, int Width, int Layers, int Heads, int Inner, ActivationKind Activation, bool Tied, int PadId)
{
    /// <summary>The norms' epsilon, which is not in the configuration.</summary>
    public const float Epsilon = 1e-12f;

    public static DistilBertConfig Read(ConfigReader config)
    {
        var width = config.Positive("dim");
        var heads = config.Positive("n_heads");
        var vocabulary = config.Positive("vocab_size");
        return width % heads != 0
            ? throw config.Wrong("n_heads", $"a divisor of dim = {width}")
            : new DistilBertConfig(
                vocabulary,
                config.Positive("max_position_embeddings", 512),
                width,
                config.Positive("n_layers", largest: 4096),
                heads,
                config.Positive("hidden_dim"),
                Activations.Parse(config.Text("activation", "gelu"), config, "activation"),
                config.Flag("tie_word_embeddings", true),
                config.Index("pad_token_id", 0, vocabulary));
    }
}
