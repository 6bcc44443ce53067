using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Opens Hugging Face model folders; the family is what config.json says.</summary>
public static class ModelLoader
{
    /// <summary>Opens a model folder. Weights stay mapped and reach the backend on first use.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="storage">How frozen weights are kept.</param>
    /// <param name="classTokens">The tokens that stand for classes where a sequence's class is filled in as a word; null where it is not.</param>
    /// <exception cref="InputException">
    /// The folder, its configuration or its weights are missing, damaged, or of an architecture that is not supported, or the model cannot fill in words.
    /// </exception>
    public static LanguageModel Load(string folder, IBackend backend, StorageType storage = StorageType.F32, IReadOnlyList<int>? classTokens = null)
    {
        var config = ConfigReader.Open(folder);
        _ = Families.Of(config);
        return Build(config, backend, new FolderTensors(ModelWeights.Open(folder)), storage, classTokens);
    }

    /// <summary>True when models of that model_type with that head ("LlamaForCausalLM"; empty for the family's first) can be opened.</summary>
    public static bool Supports(string family, string architecture) =>
        Families.HeadsOf(family) is { Count: > 0 } heads && HeadSpec.TaskOf(architecture, heads) is not null;

    /// <summary>Builds a model from a configuration and a source of tensors (random weights, for example).</summary>
    public static LanguageModel Build(
        string configJson, IBackend backend, ITensorSource source, StorageType storage = StorageType.F32, IReadOnlyList<int>? classTokens = null) =>
        Build(ConfigReader.Parse(configJson, "config.json"), backend, source, storage, classTokens);

    private static LanguageModel Build(ConfigReader config, IBackend backend, ITensorSource source, StorageType storage, IReadOnlyList<int>? classTokens)
    {
        try
        {
            var family = Families.Of(config);
            var model = family.Build(config, HeadSpec.Read(config, family.Heads), backend, source, storage);
            model.Architecture = config.Texts("architectures").FirstOrDefault() ?? "";
            if (classTokens is not null)
            {
                model.FillIn(classTokens);
            }

            return model;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
