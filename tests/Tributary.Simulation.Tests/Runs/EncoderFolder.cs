using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Data;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tokenizers.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Model folders of small encoders with random weights, and vocabularies trained on the data that they will see.</summary>
internal static class EncoderFolder
{
    private static readonly string[] RobertaTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

    /// <summary>Writes config.json, weights and tokenizer; <paramref name="config"/> lacks its vocabulary.</summary>
    public static void Write(string folder, string config, IEnumerable<string> texts, int vocabulary)
    {
        Directory.CreateDirectory(folder);
        var root = JsonNode.Parse(config)!;
        if ((string?)root["model_type"] == "roberta")
        {
            // Without tokenizer.json the loader takes the frame of the family that config.json names.
            var trained = BpeTrainer.Train(texts, new TrainingSettings(vocabulary, RobertaTokens));
            trained.Write(folder);
            File.Delete(Path.Combine(folder, "tokenizer.json"));
            root["vocab_size"] = trained.Tokens.Count;
        }
        else
        {
            var trained = WordPieceTrainer.Train(texts, new TrainingSettings(vocabulary, WordPieceTrainer.BertTokens));
            trained.Write(folder);
            root["vocab_size"] = trained.Tokens.Count;
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), root.ToJsonString());
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(root.ToJsonString(), backend, new RandomTensors(1, 0.05));
        TensorFiles.Write(Path.Combine(folder, "model.safetensors"), new FullConfig().Resolve(model)[0].Initial(model, 0));
    }

    /// <summary>The texts of a data file.</summary>
    public static IEnumerable<string> Texts(string path) => DataFile.Read(path, path.EndsWith(".txt", StringComparison.Ordinal) ? DataFormat.Text : DataFormat.Auto).Select(example => example switch
    {
        TextExample text => text.Text,
        ClassificationExample item => item.Text,
        TokensExample tagged => string.Join(' ', tagged.Tokens),
        _ => throw new ArgumentException($"no text in {example.GetType().Name}"),
    });
}
