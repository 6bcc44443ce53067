using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>A tiny random model, four owners' data and an experiment on them, made on the spot.</summary>
internal static class TinyLlamaFolder
{
    private const string Characters = "\n abcdefghijklmnopqrstuvwxyz>";

    /// <summary>Writes model and data into a folder.</summary>
    public static void Write(string folder, int width = 16)
    {
        WriteModel(Path.Combine(folder, "model"), width);
        WriteData(folder);
    }

    /// <summary>Writes a model with random weights and a tokenizer of characters.</summary>
    public static void WriteModel(string model, int width = 16)
    {
        Directory.CreateDirectory(model);
        var config = $$"""
            {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":{{Characters.Length}},"max_position_embeddings":32,"hidden_size":{{width}},"num_hidden_layers":2,
            "num_attention_heads":2,"num_key_value_heads":1,"intermediate_size":{{3 * width / 2}},"tie_word_embeddings":true,"eos_token_id":0}
            """;
        File.WriteAllText(Path.Combine(model, "config.json"), config);
        var vocabulary = new JsonObject(Characters.Select((c, id) => KeyValuePair.Create(c.ToString(), (JsonNode?)id)));
        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["decoder"] = new JsonObject { ["type"] = "Fuse" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["fuse_unk"] = false, ["byte_fallback"] = false, ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        File.WriteAllText(Path.Combine(model, "tokenizer.json"), tokenizer.ToJsonString());
        using var backend = new CpuBackend(1);
        using var built = ModelLoader.Build(config, backend, new RandomTensors(1, 0.2));
        TensorFiles.Write(Path.Combine(model, "model.safetensors"), new FullConfig().Resolve(built)[0].Initial(built, 0));
    }

    private static void WriteData(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        for (var owner = 0; owner < 4; owner++)
        {
            var word = "abcd"[owner];
            File.WriteAllLines(
                Path.Combine(folder, "data", $"owner{owner}.jsonl"),
                Enumerable.Range(0, 20).Select(i => $"{{\"instruction\":\"say {word}{(char)('a' + i)}>\",\"input\":\"\",\"output\":\"{word}{word}\"}}"));
        }
    }

    /// <summary>Writes an experiment on them and returns its path.</summary>
    public static string Experiment(string folder, string name = "experiment.yaml")
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, """
            name: tiny
            model: model
            data: { train: data/*.jsonl, format: alpaca, template: plain, validation: 0.2, local_baseline: true, pooled_baseline: true }
            method: fedit
            adaptation: { lora: { rank: 2, alpha: 4, dropout: 0.1 } }
            training: { rounds: 3, cohort: 4, local_steps: 2, batch_size: 4, max_length: 24, optimizer: { adamw: { lr: 1.0e-2 } } }
            seed: 3
            """);
        return file;
    }
}
