using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Encoders load what checkpoints of all ages hold, and nothing else.</summary>
public sealed class EncoderLoadingTests : IDisposable
{
    private readonly ReferenceBackend<float> backend = new();

    public void Dispose() => backend.Dispose();

    [Theory]
    [MemberData(nameof(TinyModels.Encoders), MemberType = typeof(TinyModels))]
    public void A_checkpoint_without_the_family_s_prefix_is_the_same_model(string config) =>
        SameWith(config, tensors => Renamed(tensors, name => name[(Prefixes.FirstOrDefault(p => name.StartsWith(p, StringComparison.Ordinal)) ?? "").Length..]));

    [Fact]
    public void Norms_with_the_names_of_old_are_the_same_model() => SameWith(
        TinyModels.Bert, tensors => Renamed(tensors, name => name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta")));

    [Theory]
    [InlineData(TinyModels.Bert, "bert.embeddings.position_ids", "bert.pooler.dense.weight", "cls.seq_relationship.bias", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias")]
    [InlineData(TinyModels.Roberta, "roberta.embeddings.position_ids", "roberta.pooler.dense.bias", "lm_head.decoder.weight", "lm_head.decoder.bias")]
    [InlineData(TinyModels.DistilBert, "vocab_projector.weight")]
    [InlineData(TinyModels.MobileBert, "mobilebert.embeddings.position_ids", "mobilebert.pooler.dense.weight", "cls.seq_relationship.weight", "cls.predictions.decoder.weight")]
    public void Buffers_unused_heads_and_copies_of_tied_tensors_are_left_aside(string config, params string[] added) => SameWith(config, tensors =>
    {
        foreach (var name in added)
        {
            tensors[name] = ([1, 3], [1, 2, 3]);
        }

        return tensors;
    });

    [Theory]
    [MemberData(nameof(TinyModels.Encoders), MemberType = typeof(TinyModels))]
    public void A_missing_an_extra_and_a_misshapen_tensor_are_named(string config)
    {
        var tensors = Tensors(config);
        foreach (var name in tensors.Keys.Where((_, i) => i % 7 == 0))
        {
            var changed = new Dictionary<string, (int[] Shape, float[] Values)>(tensors);
            changed.Remove(name);
            Should.Throw<InputException>(() => Build(config, changed)).Message.ShouldContain($"tensor {name} is missing");
            changed[name] = ([.. tensors[name].Shape, 1], tensors[name].Values);
            Should.Throw<InputException>(() => Build(config, changed)).Message.ShouldContain($"tensor {name} has shape");
        }

        tensors["classifier.weight"] = ([2, 16], new float[32]);
        Should.Throw<InputException>(() => Build(config, tensors)).Message.ShouldContain("classifier.weight");
    }

    [Theory]
    [InlineData(TinyModels.Bert, "cls.predictions.decoder.weight")]
    [InlineData(TinyModels.Roberta, "lm_head.decoder.weight")]
    [InlineData(TinyModels.DistilBert, "vocab_projector.weight")]
    [InlineData(TinyModels.MobileBert, "cls.predictions.decoder.weight")]
    public void An_output_layer_that_is_not_tied_reads_its_own_weight(string config, string name)
    {
        var untied = config.Replace("\"model_type\"", "\"tie_word_embeddings\":false,\"model_type\"");
        var tensors = Tensors(config);
        var tied = Logits(config, tensors);
        var words = tensors.First(t => t.Key.EndsWith("word_embeddings.weight", StringComparison.Ordinal)).Value;
        tensors[name] = words;
        Logits(untied, tensors).ShouldBe(tied, 1e-5);
        tensors[name] = (words.Shape, [.. words.Values.Select((v, i) => v + (i % 3))]);
        Logits(untied, tensors).Zip(tied).Max(p => Math.Abs(p.First - p.Second)).ShouldBeGreaterThan(0.1f);
    }

    [Theory]
    [InlineData(TinyModels.Bert, "\"position_embedding_type\":\"relative_key\"", "position_embedding_type")]
    [InlineData(TinyModels.Bert, "\"is_decoder\":true", "is_decoder")]
    [InlineData(TinyModels.Bert, "\"num_attention_heads\":3", "num_attention_heads")]
    [InlineData(TinyModels.Bert, "\"pad_token_id\":37", "pad_token_id")]
    [InlineData(TinyModels.Bert, "\"architectures\":[\"BertForCausalLM\"]", "architectures")]
    [InlineData(TinyModels.Roberta, "\"pad_token_id\":30", "max_position_embeddings")]
    [InlineData(TinyModels.DistilBert, "\"n_heads\":5", "n_heads")]
    [InlineData(TinyModels.MobileBert, "\"normalization_type\":\"batch_norm\"", "normalization_type")]
    [InlineData(TinyModels.MobileBert, "\"key_query_shared_bottleneck\":false", "key_query_shared_bottleneck")]
    [InlineData(TinyModels.Bert, "\"architectures\":[\"BertForSequenceClassification\"],\"problem_type\":\"ranking\"", "problem_type")]
    public void A_configuration_that_cannot_be_followed_is_refused_by_field(string config, string change, string field) =>
        Should.Throw<InputException>(() => TinyModels.Build(config.TrimEnd().TrimEnd('}') + "," + change + "}", backend)).Message.ShouldContain(field);

    private static readonly string[] Prefixes = ["bert.", "roberta.", "distilbert.", "mobilebert."];

    private Dictionary<string, (int[] Shape, float[] Values)> Tensors(string config)
    {
        using var model = TinyModels.Build(config, backend);
        return NamedTensors.Of(model);
    }

    private void SameWith(string config, Func<Dictionary<string, (int[] Shape, float[] Values)>, Dictionary<string, (int[] Shape, float[] Values)>> change) =>
        Logits(config, change(Tensors(config))).ShouldBe(Logits(config, Tensors(config)));

    private static Dictionary<string, (int[] Shape, float[] Values)> Renamed(Dictionary<string, (int[] Shape, float[] Values)> tensors, Func<string, string> rename) =>
        tensors.ToDictionary(t => rename(t.Key), t => t.Value, StringComparer.Ordinal);

    private LanguageModel Build(string config, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> tensors) => ModelLoader.Build(config, backend, new NamedTensors(tensors));

    private float[] Logits(string config, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> tensors)
    {
        using var model = Build(config, tensors);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        return learner.Logits(TinyModels.Rows([3, 9, 27, 1, 5]));
    }
}
