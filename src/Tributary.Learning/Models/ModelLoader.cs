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
        _ = Families.Of(config);
        return Build(config, backend, new FolderTensors(ModelWeights.Open(folder)), storage);
    }

    /// <summary>True when models of that model_type with that head ("LlamaForCausalLM"; empty for the family's first) can be opened.</summary>
    public static bool Supports(string family, string architecture) =>
        Families.HeadsOf(family) is { Count: > 0 } heads && HeadSpec.TaskOf(architecture, heads) is not null;

    /// <summary>Builds a model from a configuration and a source of tensors (random weights, for example).</summary>
    public static LanguageModel Build(string configJson, IBackend backend, ITensorSource source, StorageType storage = StorageType.F32) =>
        Build(ConfigReader.Parse(configJson, "config.json"), backend, source, storage);

    private static LanguageModel Build(ConfigReader config, IBackend backend, ITensorSource source, StorageType storage)
    {
        try
        {
            var family = Families.Of(config);
            var model = family.Build(config, HeadSpec.Read(config, family.Heads), backend, source, storage);
            model.Architecture = config.Texts("architectures").FirstOrDefault() ?? "";
            return model;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
