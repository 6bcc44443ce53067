using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;

namespace Tributary.Cli.Tests.Runs;

/// <summary>A LLaMA folder of 16 wide and 2 layers with random weights and one token per character.</summary>
internal static class TinyModel
{
    public const int Context = 64;

    private static readonly string Characters = "\n" + new string([.. Enumerable.Range(32, 95).Select(c => (char)c)]);

    public static void Write(string folder, int classes = 0, int context = Context)
    {
        Directory.CreateDirectory(folder);
        var config = Config(classes, context);
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(config, backend, new RandomTensors(3, 0.3));
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Tokenizer());
        TensorFiles.Write(Path.Combine(folder, "model.safetensors"), new FullConfig().Resolve(model)[0].Initial(model, 1));
    }

    private static string Config(int classes, int context) => $$"""
        {"model_type":"llama","architectures":["{{(classes > 0 ? "LlamaForSequenceClassification" : "LlamaForCausalLM")}}"],
        "vocab_size":{{Characters.Length}},"max_position_embeddings":{{context}},"hidden_size":16,"num_hidden_layers":2,"num_attention_heads":4,
        "num_key_value_heads":2,"intermediate_size":24{{(classes > 0 ? $",\"num_labels\":{classes},\"pad_token_id\":0" : "")}} }
        """;

    private static string Tokenizer()
    {
        var root = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = null,
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "Fuse" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["vocab"] = new JsonObject(Characters.Select((c, id) => KeyValuePair.Create(c.ToString(), (JsonNode?)id))),
                ["merges"] = new JsonArray(),
            },
        };
        return JsonSerializer.Serialize<JsonNode>(root, JsonSerializerOptions.Default);
    }
}
