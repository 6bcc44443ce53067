using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Merging;

/// <summary>A Hugging Face model folder with adapters merged into the weights.</summary>
public static class MergedFolder
{
    /// <summary>Writes config.json, model.safetensors and copies of the tokenizer's files.</summary>
    /// <exception cref="InputException">An adapter cannot be merged, or a file of the tokenizer is none or lies elsewhere.</exception>
    /// <exception cref="RunException">The folder cannot be written.</exception>
    public static void Write(string folder, string baseFolder, LanguageModel model, IEnumerable<(IAdapter Adapter, ParameterSet Values)> adapters)
    {
        var companions = Companions.Of(baseFolder);
        var merged = MergedWeights.Of(model, adapters);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(baseFolder, "config.json")))!.AsObject();
        config["torch_dtype"] = "float32";
        if (merged.Unties)
        {
            config["tie_word_embeddings"] = false;
        }

        TensorFiles.Write(Path.Combine(folder, "model.safetensors"), merged.ToSet());
        foreach (var name in companions)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream =>
            {
                using var source = File.OpenRead(Path.Combine(baseFolder, name));
                source.CopyTo(stream);
            });
        }

        AtomicFile.WriteText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize<JsonNode>(config, JsonSerializerOptions.Default) + "\n");
    }
}
