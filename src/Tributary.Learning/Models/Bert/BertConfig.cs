using Tributary.Numerics;

namespace Tributary.Learning.Models.Bert;

/// <summary>The configuration of BERT (Devlin et al. 2019), as transformers writes it.</summary>
internal sealed record BertConfig(
    int Vocabulary, int Positions, int TokenTypes, int Width, int Layers, int Heads, int Inner, float Epsilon, ActivationKind Activation, bool Tied, int PadId)
{
    public static BertConfig Read(ConfigReader config, int padId = 0)
    {
        var width = config.Positive("hidden_size");
        var heads = config.Positive("num_attention_heads");
        if (width % heads != 0)
        {
            throw config.Wrong("num_attention_heads", $"a divisor of hidden_size = {width}");
        }

        if (config.Text("position_embedding_type", "absolute") != "absolute")
        {
            throw config.Wrong("position_embedding_type", "absolute");
        }

        if (config.Flag("is_decoder", false))
        {
            throw config.Wrong("is_decoder", "false: this family is an encoder here");
        }

        var vocabulary = config.Positive("vocab_size");
        return new BertConfig(
            vocabulary,
            config.Positive("max_position_embeddings", 512),
            config.Positive("type_vocab_size", 2),
            width,
            config.Positive("num_hidden_layers", largest: 4096),
            heads,
            config.Positive("intermediate_size"),
            config.PositiveNumber("layer_norm_eps", 1e-12f),
            Activations.Parse(config.Text("hidden_act", "gelu"), config, "hidden_act"),
            config.Flag("tie_word_embeddings", true),
            config.Index("pad_token_id", padId, vocabulary));
    }
}
