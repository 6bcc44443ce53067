using Tributary.Numerics;

namespace Tributary.Learning.Models.Rotary;

/// <summary>
/// What a family of rotary decoders fixes and its configuration fills in. The properties are where families differ; their defaults are LLaMA's without biases.
/// </summary>
internal sealed record RotarySpec(
    string Family, int Vocabulary, int Positions, int Width, int Layers, int Heads, int KeyValueHeads, int HeadWidth, int Inner, float Epsilon, ActivationKind Activation,
    bool Tied, RotaryFrequencies Frequencies, int? PadId)
{
    /// <summary>The kind of every norm.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Factor of the token embeddings.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Biases of the query, key and value projections.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Bias of the attention's output projection.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Biases of the feed-forward network.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>How many keys a query sees in each block, itself included; 0 for all of them. Empty when no block has a window.</summary>
    public IReadOnlyList<int> Windows { get; init; } = [];

    /// <summary>Reads the fields that all families have; the arguments are what a family takes when its file is silent.</summary>
    public static RotarySpec Read(
        ConfigReader config, string family, string activationField = "hidden_act", string activation = "silu", int? headWidth = null, bool tied = false)
    {
        var width = config.Positive("hidden_size", largest: 1 << 16);
        var heads = config.Positive("num_attention_heads", largest: 1 << 12);
        var keyValueHeads = config.Positive("num_key_value_heads", heads);
        var read = new RotarySpec(
            family,
            config.Positive("vocab_size"),
            config.Positive("max_position_embeddings", 2048),
            width,
            config.Positive("num_hidden_layers", largest: 4096),
            heads,
            keyValueHeads,
            config.Positive("head_dim", headWidth ?? Math.Max(width / heads, 1), largest: 1 << 16),
            config.Positive("intermediate_size"),
            config.PositiveNumber("rms_norm_eps", 1e-6f),
            Activations.Parse(config.Text(activationField, activation), config, activationField),
            config.Flag("tie_word_embeddings", tied),
            RotaryFrequencies.Read(config),
            config.OptionalInteger("pad_token_id"));
        return heads % keyValueHeads != 0 ? throw config.Wrong("num_key_value_heads", $"a divisor of num_attention_heads = {heads}")
            : read.HeadWidth % 2 != 0 ? throw config.Wrong("head_dim", "even, for rotary positions")
            : read.PadId >= read.Vocabulary ? throw config.Wrong("pad_token_id", $"below vocab_size = {read.Vocabulary}")
            : read;
    }

    /// <summary>The attention of one block.</summary>
    public AttentionShape Attention(int layer) =>
        new(Heads, KeyValueHeads, HeadWidth, 1 / MathF.Sqrt(HeadWidth), Causal: true, Windows.Count == 0 ? 0 : Windows[layer]);
}
