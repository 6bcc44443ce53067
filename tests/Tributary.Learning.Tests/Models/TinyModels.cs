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

    public const string Mistral = """
        {"model_type":"mistral","architectures":["MistralForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":1,"intermediate_size":24,"sliding_window":3}
        """;

    public const string Qwen2 = """
        {"model_type":"qwen2","architectures":["Qwen2ForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,"pad_token_id":0,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"tie_word_embeddings":true,"use_sliding_window":true,"sliding_window":4,"max_window_layers":1}
        """;

    public const string Gemma = """
        {"model_type":"gemma","architectures":["GemmaForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,"pad_token_id":0,
        "num_attention_heads":2,"num_key_value_heads":1,"head_dim":6,"intermediate_size":24}
        """;

    public const string GptNeox = """
        {"model_type":"gpt_neox","architectures":["GPTNeoXForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24,"rotary_pct":0.5}
        """;

    public const string SequentialGptNeox = """
        {"model_type":"gpt_neox","architectures":["GPTNeoXForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"intermediate_size":24,"rotary_pct":1.0,"use_parallel_residual":false,"attention_bias":false,"tie_word_embeddings":true}
        """;

    public const string Opt = """
        {"model_type":"opt","architectures":["OPTForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"ffn_dim":24,"activation_function":"gelu"}
        """;

    public const string PostNormOpt = """
        {"model_type":"opt","architectures":["OPTForCausalLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"ffn_dim":24,"do_layer_norm_before":false,"word_embed_proj_dim":10,"activation_function":"gelu","enable_bias":false}
        """;

    public const string T5 = """
        {"model_type":"t5","architectures":["T5ForConditionalGeneration"],"vocab_size":37,"d_model":16,"d_kv":6,"d_ff":24,"num_layers":2,"num_decoder_layers":3,"num_heads":2,
        "relative_attention_num_buckets":8,"relative_attention_max_distance":12,"decoder_start_token_id":0,"pad_token_id":0,"feed_forward_proj":"gelu"}
        """;

    public const string GatedT5 = """
        {"model_type":"t5","architectures":["T5ForConditionalGeneration"],"vocab_size":37,"d_model":16,"d_kv":4,"d_ff":24,"num_layers":2,"num_heads":4,
        "relative_attention_num_buckets":6,"relative_attention_max_distance":5,"decoder_start_token_id":2,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}
        """;

    /// <summary>Every model that writes: the decoders and those with an encoder before them.</summary>
    public static TheoryData<string> Writers => [Gpt2, Llama, Mistral, Qwen2, Gemma, GptNeox, SequentialGptNeox, Opt, PostNormOpt, T5, GatedT5];

    /// <summary>Every decoder, each kind of block once.</summary>
    public static TheoryData<string> Decoders => [Gpt2, Llama, Mistral, Qwen2, Gemma, GptNeox, SequentialGptNeox, Opt, PostNormOpt];

    /// <summary>Every encoder.</summary>
    public static TheoryData<string> Encoders => [Bert, Roberta, DistilBert, MobileBert];

    /// <summary>Decoders, encoders, and both in one.</summary>
    public static TheoryData<string> Families => [Gpt2, Llama, Mistral, Qwen2, Gemma, GptNeox, SequentialGptNeox, Opt, PostNormOpt, Bert, Roberta, DistilBert, MobileBert, T5, GatedT5];

    /// <summary>The same architecture with a score for each of <paramref name="classes"/> classes in place of logits.</summary>
    public static string Classifier(string config, int classes) => config
        .Replace("ForCausalLM", "ForSequenceClassification", StringComparison.Ordinal).Replace("LMHeadModel", "ForSequenceClassification", StringComparison.Ordinal)
        .Replace("ForMaskedLM", "ForSequenceClassification", StringComparison.Ordinal)
        .Replace("\"vocab_size\"", $"\"num_labels\":{classes},\"vocab_size\"", StringComparison.Ordinal);

    public const string Bert = """
        {"model_type":"bert","architectures":["BertForMaskedLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24}
        """;

    public const string BertTagger = """
        {"model_type":"bert","architectures":["BertForTokenClassification"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24,"num_labels":37}
        """;

    public const string RobertaClassifier = """
        {"model_type":"roberta","architectures":["RobertaForSequenceClassification"],"vocab_size":37,"max_position_embeddings":26,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24,"type_vocab_size":1,"pad_token_id":1,"layer_norm_eps":1e-5,"num_labels":3}
        """;

    public const string DistilBertClassifier = """
        {"model_type":"distilbert","architectures":["DistilBertForSequenceClassification"],"vocab_size":37,"max_position_embeddings":24,"dim":16,"n_layers":2,"n_heads":2,
        "hidden_dim":24,"num_labels":3}
        """;

    public const string Roberta = """
        {"model_type":"roberta","architectures":["RobertaForMaskedLM"],"vocab_size":37,"max_position_embeddings":26,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24,"type_vocab_size":1,"pad_token_id":1,"layer_norm_eps":1e-5}
        """;

    public const string DistilBert = """
        {"model_type":"distilbert","architectures":["DistilBertForMaskedLM"],"vocab_size":37,"max_position_embeddings":24,"dim":16,"n_layers":2,"n_heads":2,"hidden_dim":24}
        """;

    public const string MobileBert = """
        {"model_type":"mobilebert","architectures":["MobileBertForMaskedLM"],"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"embedding_size":6,
        "intra_bottleneck_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":12,"num_feedforward_networks":2,"hidden_act":"gelu","normalization_type":"layer_norm"}
        """;

    /// <summary>A model with random weights; smaller ones for T5, whose scores are not divided by anything.</summary>
    public static LanguageModel Build(string config, IBackend backend, IReadOnlyList<int>? classTokens = null) =>
        ModelLoader.Build(config, backend, new RandomTensors(5, config.Contains("\"t5\"", StringComparison.Ordinal) ? 0.15 : 0.3), classTokens: classTokens);

    /// <summary>Samples for a model; where it has an encoder, each answers a text made from it.</summary>
    public static TokenRows Rows(LanguageModel model, params int[][] samples) => Rows(model, 0, samples);

    /// <summary>Samples with keys counted from <paramref name="firstKey"/>.</summary>
    public static TokenRows Rows(LanguageModel model, int firstKey, params int[][] samples)
    {
        var rows = new TokenRows();
        for (var s = 0; s < samples.Length; s++)
        {
            rows.Add(
                samples[s], [.. samples[s].Skip(1), TokenRows.Ignore], sampleKey: firstKey + s, classLabel: s % 3,
                answered: model.Encoder is null ? [] : [.. samples[s].Reverse(), 33, 34]);
        }

        return rows;
    }

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
