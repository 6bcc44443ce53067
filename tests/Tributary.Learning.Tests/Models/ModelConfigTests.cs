using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Configurations that cannot be are refused with the field that is wrong, before anything is allocated.</summary>
public class ModelConfigTests
{
    [Theory]
    [InlineData(TinyModels.Llama, "\"hidden_size\":16", "\"hidden_size\":-1", "hidden_size is -1")]
    [InlineData(TinyModels.Llama, "\"num_attention_heads\":4", "\"num_attention_heads\":2000000000", "num_attention_heads is 2000000000")]
    [InlineData(TinyModels.Llama, "\"num_key_value_heads\":2", "\"num_key_value_heads\":3", "num_key_value_heads should be a divisor of num_attention_heads = 4")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"pad_token_id\":37", "pad_token_id should be below vocab_size = 37")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rope_theta\":0", "rope_theta should be a number above 0")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rope_theta\":1e999", "rope_theta should be a finite number")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rms_norm_eps\":-1", "rms_norm_eps should be a number above 0")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rope_scaling\":{\"type\":\"yarn\",\"factor\":2}", "not yarn")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rope_parameters\":{\"rope_type\":\"dynamic\"}", "not dynamic")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rope_scaling\":{\"type\":\"linear\",\"factor\":0.5}", "factor should be a number of at least 1")]
    [InlineData(TinyModels.Llama, "\"vocab_size\":37", "\"vocab_size\":37,\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4}", "high_freq_factor should be above low_freq_factor")]
    [InlineData(TinyModels.Llama, "LlamaForCausalLM", "LlamaForMaskedLM", "not LlamaForMaskedLM")]
    [InlineData(TinyModels.Llama, "LlamaForCausalLM", "LlamaForTelepathy", "not LlamaForTelepathy")]
    [InlineData(TinyModels.Mistral, "\"sliding_window\":3", "\"sliding_window\":0", "sliding_window is 0")]
    [InlineData(TinyModels.Mistral, "\"sliding_window\":3", "\"sliding_window\":\"3\"", "sliding_window should be an integer")]
    [InlineData(TinyModels.Qwen2, "\"max_window_layers\":1", "\"layer_types\":[\"full_attention\"]", "layer_types should be one entry for each of the 2 layers")]
    [InlineData(TinyModels.Qwen2, "\"max_window_layers\":1", "\"layer_types\":[\"full_attention\",\"linear\"]", "not linear")]
    [InlineData(TinyModels.Gemma, "\"head_dim\":6", "\"head_dim\":5", "head_dim should be even")]
    [InlineData(TinyModels.Gemma, "\"head_dim\":6", "\"head_dim\":6,\"hidden_activation\":\"sine\"", "hidden_activation should be one of")]
    [InlineData(TinyModels.GptNeox, "\"rotary_pct\":0.5", "\"rotary_pct\":0.1", "rotary_pct should be a share of the 8 columns")]
    [InlineData(TinyModels.GptNeox, "\"rotary_pct\":0.5", "\"rotary_pct\":1.5", "rotary_pct should be a share of the 8 columns")]
    [InlineData(TinyModels.GptNeox, "\"num_attention_heads\":2", "\"num_attention_heads\":3", "num_attention_heads should be a divisor of hidden_size = 16")]
    [InlineData(TinyModels.Opt, "\"num_attention_heads\":2", "\"num_attention_heads\":3", "num_attention_heads should be a divisor of hidden_size = 16")]
    [InlineData(TinyModels.Opt, "\"vocab_size\":37", "\"vocab_size\":37,\"layer_norm_elementwise_affine\":false", "layer_norm_elementwise_affine should be true")]
    [InlineData(TinyModels.Opt, "\"vocab_size\":37", "\"vocab_size\":37,\"enable_bias\":1", "enable_bias should be true or false")]
    [InlineData(TinyModels.T5, "\"d_model\":16", "\"d_model\":0", "d_model is 0")]
    [InlineData(TinyModels.T5, "num_buckets\":8", "num_buckets\":3", "relative_attention_num_buckets should be at least 4")]
    [InlineData(TinyModels.T5, "max_distance\":12", "max_distance\":4", "relative_attention_max_distance should be above the 4")]
    [InlineData(TinyModels.T5, "max_distance\":12", "max_distance\":2000000000", "relative_attention_max_distance is 2000000000")]
    [InlineData(TinyModels.T5, "\"decoder_start_token_id\":0", "\"decoder_start_token_id\":37", "decoder_start_token_id should be from 0 to 36")]
    [InlineData(TinyModels.GatedT5, "gated-gelu", "gated-sine", "feed_forward_proj should be one of")]
    [InlineData(TinyModels.T5, "T5ForConditionalGeneration", "T5ForTokenClassification", "not T5ForTokenClassification")]
    public void Refused(string config, string before, string after, string says)
    {
        config.ShouldContain(before);
        using var backend = new ReferenceBackend<float>();
        Should.Throw<InputException>(() => TinyModels.Build(config.Replace(before, after, StringComparison.Ordinal), backend).Dispose()).Message.ShouldContain(says);
    }

    [Fact]
    public void A_context_of_a_million_positions_costs_what_its_texts_need()
    {
        var config = TinyModels.Llama.Replace("\"max_position_embeddings\":24", "\"max_position_embeddings\":268435456", StringComparison.Ordinal);
        using var backend = new ReferenceBackend<float>();
        using var model = TinyModels.Build(config, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        using var small = TinyModels.Build(TinyModels.Llama, backend);
        using var smallLearner = new Learner(small, [], new LanguageModelling(), tape);
        int[] text = [1, 2, 3];
        learner.Logits(TinyModels.Rows(text)).ShouldBe(smallLearner.Logits(TinyModels.Rows(text)));
    }
}
