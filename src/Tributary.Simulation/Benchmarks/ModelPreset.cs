using Tributary.Numerics;

namespace Tributary.Simulation.Benchmarks;

/// <summary>A known architecture with random weights, for measurements.</summary>
public sealed record ModelPreset(string Name, string ConfigJson)
{
    /// <summary>The presets there are.</summary>
    public static IReadOnlyList<ModelPreset> All { get; } =
    [
        new("gpt2-124m", """
            {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":50257,"n_positions":1024,"n_embd":768,"n_layer":12,"n_head":12,"activation_function":"gelu"}
            """),
        new("bert-base", """
            {"model_type":"bert","architectures":["BertForSequenceClassification"],"vocab_size":30522,"max_position_embeddings":512,"hidden_size":768,"num_hidden_layers":12,
            "num_attention_heads":12,"intermediate_size":3072,"num_labels":2}
            """),
        new("llama-160m", """
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":32000,"max_position_embeddings":2048,"hidden_size":768,"num_hidden_layers":12,
            "num_attention_heads":12,"num_key_value_heads":12,"intermediate_size":3072,"tie_word_embeddings":false}
            """),
        new("llama-260k", """
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":512,"max_position_embeddings":512,"hidden_size":64,"num_hidden_layers":5,
            "num_attention_heads":8,"num_key_value_heads":4,"intermediate_size":172,"tie_word_embeddings":true}
            """),
        new("llama-1.1b", """
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":32000,"max_position_embeddings":2048,"hidden_size":2048,"num_hidden_layers":22,
            "num_attention_heads":32,"num_key_value_heads":4,"intermediate_size":5632,"tie_word_embeddings":false}
            """),
        new("llama-7b", """
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":32000,"max_position_embeddings":2048,"hidden_size":4096,"num_hidden_layers":32,
            "num_attention_heads":32,"num_key_value_heads":32,"intermediate_size":11008,"tie_word_embeddings":false}
            """),
    ];

    /// <summary>The preset of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ModelPreset Named(string name) =>
        All.FirstOrDefault(p => p.Name == name) ?? throw new InputException($"no preset {name}; there are {string.Join(", ", All.Select(p => p.Name))}");
}
