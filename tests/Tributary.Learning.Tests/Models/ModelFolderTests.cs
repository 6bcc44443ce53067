using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Models;

/// <summary>Folders of every model that writes: what is read, what is let pass, and what is refused by name.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly int[] Text = [3, 9, 27, 1];
    private readonly TemporaryFolder folder = new();
    private readonly ReferenceBackend<float> backend = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(TinyModels.Writers), MemberType = typeof(TinyModels))]
    public void Shards_of_half_precision_are_read_as_the_rounded_model(string config)
    {
        var tensors = Weights(config).ToArray();
        string[] kinds = [DTypes.F32, DTypes.BF16, DTypes.F16];
        var index = new List<string>();
        for (var shard = 0; shard < kinds.Length; shard++)
        {
            var writer = new SafetensorsWriter();
            foreach (var tensor in tensors.Where((_, i) => i % kinds.Length == shard))
            {
                writer.Add(tensor.Key.Name, tensor.Shape, tensor.Values, kinds[shard]);
                index.Add($"\"{tensor.Key.Name}\":\"model-{shard}.safetensors\"");
            }

            writer.Save(folder.PathOf($"model-{shard}.safetensors"));
        }

        folder.Write("model.safetensors.index.json", "{\"weight_map\":{" + string.Join(',', index) + "}}");
        folder.Write("config.json", config);

        using var model = ModelLoader.Load(folder.Root, backend);
        foreach (var (read, written) in model.Tensors.Zip(tensors.OrderBy(t => Array.FindIndex([.. model.Tensors], m => m.Key.Name == t.Key.Name))))
        {
            read.ReadValues().Zip(written.Values).ShouldAllBe(p => Math.Abs(p.First - p.Second) <= Math.Abs(p.Second) / 256);
        }
    }

    [Theory]
    [InlineData(TinyModels.Gpt2, "transformer.", "h.1.attn.bias", "h.0.attn.masked_bias", "lm_head.weight")]
    [InlineData(TinyModels.Llama, "model.", "layers.0.self_attn.rotary_emb.inv_freq", "lm_head.weight")]
    [InlineData(TinyModels.Qwen2, "model.", "layers.0.self_attn.rotary_emb.inv_freq", "lm_head.weight")]
    [InlineData(TinyModels.Gemma, "model.", "layers.1.self_attn.rotary_emb.inv_freq", "lm_head.weight")]
    [InlineData(TinyModels.SequentialGptNeox, "gpt_neox.", "layers.0.attention.bias", "layers.0.attention.masked_bias", "layers.1.attention.rotary_emb.inv_freq", "embed_out.weight")]
    [InlineData(TinyModels.Opt, "model.", "decoder.version", "lm_head.weight")]
    [InlineData(TinyModels.T5, "", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight", "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight")]
    public void Files_of_bare_backbones_and_old_buffers_give_the_same_logits(string config, string prefix, params string[] buffers)
    {
        Save(config, tensors => tensors);
        var whole = Logits();

        Save(config, tensors => tensors.Select(t => (t.Name[prefix.Length..], t.Shape, t.Values)).Concat(buffers.Select(b => (b, new[] { 1 }, new float[1]))));

        Logits().ShouldBe(whole);
    }

    [Theory]
    [MemberData(nameof(TinyModels.Writers), MemberType = typeof(TinyModels))]
    public void A_missing_an_extra_and_a_mis_shaped_tensor_are_named(string config)
    {
        foreach (var tensor in Weights(config))
        {
            var name = tensor.Key.Name;
            Save(config, tensors => tensors.Where(t => t.Name != name));
            Refused().ShouldContain($"tensor {name} is missing");
            Save(config, tensors => tensors.Select(t => t.Name == name ? (t.Name, [1, .. t.Shape], t.Values) : t));
            Refused().ShouldContain($"tensor {name} has shape [1, {string.Join(", ", tensor.Shape)}]");
        }

        Save(config, tensors => tensors.Append(("model.layers.0.self_attn.q_proj.scales", [1], [1f])));
        Refused().ShouldContain("tensor model.layers.0.self_attn.q_proj.scales in the model's weights is not part");
    }

    private static IEnumerable<HostTensor> Weights(string config)
    {
        var backend = new ReferenceBackend<float>();
        using var model = TinyModels.Build(config, backend);
        return new FullConfig().Resolve(model)[0].Initial(model, 0);
    }

    private void Save(string config, Func<IEnumerable<(string Name, int[] Shape, float[] Values)>, IEnumerable<(string Name, int[] Shape, float[] Values)>> change)
    {
        var writer = new SafetensorsWriter();
        foreach (var (name, shape, values) in change(Weights(config).Select(t => (t.Key.Name, t.Shape, t.Values))))
        {
            writer.Add(name, shape, values);
        }

        writer.Save(folder.PathOf("model.safetensors"));
        folder.Write("config.json", config);
    }

    private float[] Logits()
    {
        using var model = ModelLoader.Load(folder.Root, backend);
        using var tape = new Tape(backend);
        using var learner = new Learner(model, [], new LanguageModelling(), tape);
        return learner.Logits(TinyModels.Rows(model, Text));
    }

    private string Refused() => Should.Throw<InputException>(() => ModelLoader.Load(folder.Root, backend).Dispose()).Message;
}
