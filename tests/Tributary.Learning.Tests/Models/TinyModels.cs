using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Models;

/// <summary>Tiny architectures with random weights for tests that need no files.</summary>
internal static class TinyModels
{
    public const string Gpt2 = """
        {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":37,"n_positions":24,"n_embd":16,"n_layer":2,"n_head":2}
        """;

    public const string Llama = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"tie_word_embeddings":true}
        """;

    public const string Gpt2Classifier = """
        {"model_type":"gpt2","architectures":["GPT2ForSequenceClassification"],"vocab_size":37,"n_positions":24,"n_embd":16,"n_layer":2,"n_head":2,"num_labels":3,"pad_token_id":0}
        """;

    public const string LlamaClassifier = """
        {"model_type":"llama","architectures":["LlamaForSequenceClassification"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"num_labels":3,"pad_token_id":0}
        """;

    public static LanguageModel Build(string config, IBackend backend) => ModelLoader.Build(config, backend, new RandomTensors(5, 0.3));

    public static TokenRows Rows(params int[][] samples)
    {
        var rows = new TokenRows();
        for (var s = 0; s < samples.Length; s++)
        {
            rows.Add(samples[s], [.. samples[s].Skip(1), TokenRows.Ignore], sampleKey: s, classLabel: s % 3);
        }

        return rows;
    }
}
