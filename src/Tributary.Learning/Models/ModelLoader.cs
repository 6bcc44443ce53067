using Tributary.Learning.Models.Gpt2;
using Tributary.Learning.Models.Llama;
using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Opens Hugging Face model folders; the family is what config.json says.</summary>
public static class ModelLoader
{
    /// <summary>Opens a model folder. Weights stay mapped and reach the backend on first use.</summary>
    /// <exception cref="InputException">The folder, its configuration or its weights are missing, damaged, or of an architecture that is not supported.</exception>
    public static LanguageModel Load(string folder, IBackend backend, StorageType storage = StorageType.F32)
    {
        var config = ConfigReader.Open(folder);
        _ = Family(config);
        return Build(config, backend, new FolderTensors(ModelWeights.Open(folder)), storage);
    }

    /// <summary>Builds a model from a configuration and a source of tensors (random weights, for example).</summary>
    public static LanguageModel Build(string configJson, IBackend backend, ITensorSource source, StorageType storage = StorageType.F32) =>
        Build(ConfigReader.Parse(configJson, "config.json"), backend, source, storage);

    private static LanguageModel Build(ConfigReader config, IBackend backend, ITensorSource source, StorageType storage)
    {
        try
        {
            var classes = Classes(config);
            return Family(config) switch
            {
                "gpt2" => Gpt2Decoder.Build(Gpt2Config.Read(config, classes), backend, source, storage),
                _ => LlamaDecoder.Build(LlamaConfig.Read(config, classes), backend, source, storage),
            };
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static string Family(ConfigReader config) =>
        config.Text("model_type") is ("gpt2" or "llama") and var family ? family : throw config.Wrong("model_type", $"gpt2 or llama, not {config.Text("model_type")}");

    private static int Classes(ConfigReader config)
    {
        var architecture = config.Texts("architectures").FirstOrDefault() ?? "ForCausalLM";
        if (architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal))
        {
            return config.Positive("num_labels", config.Object("id2label")?.Count() ?? 2, largest: 1 << 20);
        }

        var causal = architecture.EndsWith("ForCausalLM", StringComparison.Ordinal) || architecture.EndsWith("LMHeadModel", StringComparison.Ordinal)
            || architecture is "GPT2Model" or "LlamaModel";
        return causal ? 0 : throw config.Wrong("architectures", $"a causal language model or a sequence classifier, not {architecture}");
    }
}
