using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation;
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
