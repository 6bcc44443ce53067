using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tests.Models;
using Tributary.Numerics;
using Tributary.Numerics.Reference;

namespace Tributary.Learning.Tests.Adaptation;

/// <summary>Folders made elsewhere: read, written again as they were, refused by name where they cannot be read.</summary>
public sealed class AdapterFolderTests : IDisposable
{
    private readonly ReferenceBackend<float> backend = new();
    private readonly TemporaryFolder folder = new();

    /// <summary>Every folder of the reference set that this build reads, whatever its kind.</summary>
    public static TheoryData<string> References => SharedData.Root is null ? ["none"] : [.. Directory
        .EnumerateFiles(SharedData.PathOf("golden", "peft"), AdapterFolder.ConfigFile, SearchOption.AllDirectories)
        .Select(f => Path.GetDirectoryName(Path.GetRelativePath(SharedData.PathOf("golden", "peft"), f))!).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        folder.Dispose();
        backend.Dispose();
    }

    [SharedDataTheory]
    [MemberData(nameof(References))]
    public void A_reference_folder_is_written_again_key_for_key_and_tensor_for_tensor(string reference)
    {
        var path = SharedData.PathOf("golden", "peft", reference);
        var config = Config(path);
        if (AdapterFolder.WhyNot(path) is not null || Model(config) is not { } model)
        {
            return;
        }

        using (model)
        {
            var (adapter, values) = AdapterFolder.Read(path, model);
            AdapterFolder.Write(folder.Root, adapter, values, (string)(config["base_model_name_or_path"] ?? config["model_name"])!);
        }

        // Settings that only name a kind are read and then written in full.
        if (!config.ContainsKey("kind"))
        {
            Compare(config, Config(folder.Root));
        }

        using var expected = SafetensorsFile.Open(Path.Combine(path, AdapterFolder.TensorFile));
        using var written = SafetensorsFile.Open(folder.PathOf(AdapterFolder.TensorFile));
        var names = written.Entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        names.IsSupersetOf(expected.Entries.Select(e => e.Name)).ShouldBeTrue();
        foreach (var entry in expected.Entries)
        {
            (written.Entry(entry.Name).DType, string.Join(',', written.Entry(entry.Name).Shape)).ShouldBe((entry.DType, string.Join(',', entry.Shape)), entry.Name);
            written.ReadFloats(entry.Name).ShouldBe(expected.ReadFloats(entry.Name), entry.Name);
        }
    }

    [Theory]
    [InlineData("""{"peft_type":"LOHA","r":4}""", "adapter kind LOHA is not supported by this build (supported: LORA,")]
    [InlineData("""{"r":4}""", "an adapter without peft_type")]
    [InlineData("""{"peft_type":"LORA","r":0}""", "rank must be from 1")]
    [InlineData("""{"peft_type":"LORA","r":"four"}""", "r should be a whole number")]
    [InlineData("""{"peft_type":"LORA","r":4,"r":5}""", "broken JSON")]
    [InlineData("""{"peft_type":"LORA","bias":"some"}""", "bias should be none, all or lora_only")]
    [InlineData("""{"peft_type":"LORA","layer_replication":[[0,2]]}""", "layer_replication = [[0,2]] is not supported")]
    [InlineData("""{"peft_type":"LORA","init_lora_weights":"pissa"}""", "init_lora_weights pissa is not supported")]
    [InlineData("""{"peft_type":"LORA","target_modules":"(((","task_type":"CAUSAL_LM"}""", "not a usable regular expression")]
    [InlineData("""{"peft_type":"LORA","target_modules":["query"]}""", "no module of this llama model matches targets [query]; there are embed_tokens, q_proj")]
    [InlineData("""{"peft_type":"LORA","modules_to_save":["pooler"]}""", "modules_to_save: no module of this llama model is named pooler")]
    [InlineData("""{"peft_type":"LAYERS","layers":[7]}""", "layers [7] are not all among the model's 2 blocks")]
    [InlineData("""[]""", "expected a JSON object")]
    public void What_is_not_supported_is_refused_by_name(string config, string why)
    {
        folder.Write(AdapterFolder.ConfigFile, config);
        new SafetensorsWriter().Save(folder.PathOf(AdapterFolder.TensorFile));
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        Should.Throw<InputException>(() => AdapterFolder.Read(folder.Root, model)).Message.ShouldContain(why);
    }

    [Theory]
    [InlineData("missing", "lora_A.weight is missing")]
    [InlineData("extra", "tensor stranger belongs to nothing")]
    [InlineData("shape", "has shape [3, 15], expected [2, 16]")]
    public void Tensors_that_do_not_fit_are_refused_by_name(string what, string why)
    {
        folder.Write(AdapterFolder.ConfigFile, """{"peft_type":"LORA","r":2,"target_modules":["q_proj"],"layers_to_transform":0}""");
        var writer = new SafetensorsWriter();
        const string Site = "base_model.model.model.layers.0.self_attn.q_proj.";
        writer.Add(Site + "lora_B.weight", [16, 2], new float[32]);
        _ = what switch
        {
            "missing" => writer,
            "extra" => writer.Add(Site + "lora_A.weight", [2, 16], new float[32]).Add("stranger", [1], new float[1]),
            _ => writer.Add(Site + "lora_A.weight", [3, 15], new float[45]),
        };
        writer.Save(folder.PathOf(AdapterFolder.TensorFile));
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        Should.Throw<InputException>(() => AdapterFolder.Read(folder.Root, model)).Message.ShouldContain(why);
    }

    [Fact]
    public void What_newer_versions_of_the_library_note_without_using_it_is_passed_over()
    {
        folder.Write(AdapterFolder.ConfigFile, """
            {"alora_invocation_tokens":null,"alpha_pattern":{},"arrow_config":null,"auto_mapping":null,"base_model_name_or_path":"x","bias":"none","corda_config":null,
            "ensure_weight_tying":false,"eva_config":null,"exclude_modules":null,"fan_in_fan_out":false,"inference_mode":true,"init_lora_weights":true,"layer_replication":null,
            "layers_pattern":null,"layers_to_transform":null,"loftq_config":{},"lora_alpha":32,"lora_bias":false,"lora_dropout":0.05,"megatron_config":null,
            "megatron_core":"megatron.core","modules_to_save":null,"peft_type":"LORA","peft_version":"0.18.0","qalora_group_size":16,"r":2,"rank_pattern":{},"revision":null,
            "target_modules":["v_proj","q_proj"],"target_parameters":null,"task_type":"CAUSAL_LM","trainable_token_indices":null,"use_dora":false,"use_qalora":false,"use_rslora":false}
            """);
        AdapterFolder.ReadSettings(folder.Root).ShouldBeOfType<LoraConfig>().Targets.ShouldBe(["q_proj", "v_proj"]);
        folder.Write(AdapterFolder.ConfigFile, """{"peft_type":"LORA","exclude_modules":["lm_head"]}""");
        Should.Throw<InputException>(() => AdapterFolder.ReadSettings(folder.Root)).Message.ShouldContain("exclude_modules = [\"lm_head\"] is not supported");
    }

    [Fact]
    public void A_copy_of_the_adapted_embedding_must_be_the_models_own()
    {
        folder.Write(AdapterFolder.ConfigFile, """{"peft_type":"LORA","r":2,"target_modules":["embed_tokens"]}""");
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        var weight = model.Tensors.Single(t => t.Key.Name == "model.embed_tokens.weight").ReadValues();
        const string Site = "base_model.model.model.embed_tokens.";
        void Save() => new SafetensorsWriter().Add(Site + "lora_embedding_A", [2, 37], new float[74]).Add(Site + "lora_embedding_B", [16, 2], new float[32])
            .Add(Site + "base_layer.weight", [37, 16], weight).Save(folder.PathOf(AdapterFolder.TensorFile));

        Save();
        AdapterFolder.Read(folder.Root, model).Values.Count.ShouldBe(2);
        weight[5] += 1;
        Save();
        Should.Throw<InputException>(() => AdapterFolder.Read(folder.Root, model)).Message.ShouldContain("is not the base model's weight");
    }

    [Fact]
    public void A_pickle_is_never_read()
    {
        folder.Write(AdapterFolder.ConfigFile, """{"peft_type":"LORA"}""");
        folder.Write("adapter_model.bin", "no");
        using var model = TinyModels.Build(TinyModels.Llama, backend);
        Should.Throw<InputException>(() => AdapterFolder.Read(folder.Root, model)).Message.ShouldContain("safe_serialization=True");
    }

    private static JsonObject Config(string path) => JsonNode.Parse(File.ReadAllText(Path.Combine(path, AdapterFolder.ConfigFile)))!.AsObject();

    private LanguageModel? Model(JsonObject config)
    {
        try
        {
            return ModelLoader.Load(SharedData.PathOf("golden", "models", Path.GetFileName((string)(config["base_model_name_or_path"] ?? config["model_name"])!)), backend);
        }
        catch (InputException)
        {
            return null;
        }
    }

    // What the library notes of its own making is not repeated: which classes it found, and one flag for how layers lie that it does not keep up to date.
    private static void Compare(JsonObject expected, JsonObject written)
    {
        if (expected.Select(f => f.Key).SequenceEqual(expected.Select(f => f.Key).Order(StringComparer.Ordinal)))
        {
            written.Select(f => f.Key).ShouldBe(expected.Select(f => f.Key));
        }

        foreach (var (key, value) in expected.Where(f => f.Key is not ("auto_mapping" or "fan_in_fan_out" or "trainable")))
        {
            JsonNode.DeepEquals(written[key], value).ShouldBeTrue($"{key} is {written[key]?.ToJsonString()}, not {value?.ToJsonString()}");
        }
    }
}
