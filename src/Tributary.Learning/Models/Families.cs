using Tributary.Learning.Models.Gpt2;
using Tributary.Learning.Models.Llama;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>One model family: the heads it has, the first of which an unnamed or headless architecture gets, and how it is built.</summary>
internal sealed record Family(IReadOnlyList<HeadTask> Heads, Func<ConfigReader, HeadSpec, IBackend, ITensorSource, StorageType, LanguageModel> Build);

/// <summary>Every family by its model_type in config.json.</summary>
internal static class Families
{
    private static readonly HeadTask[] Decoder = [HeadTask.CausalLanguageModelling, HeadTask.SequenceClassification];

    private static readonly Dictionary<string, Family> All = new(StringComparer.Ordinal)
    {
        ["gpt2"] = new(Decoder, (config, head, backend, source, storage) => Gpt2Decoder.Build(Gpt2Config.Read(config, head.Classes), backend, source, storage)),
        ["llama"] = new(Decoder, (config, head, backend, source, storage) => LlamaDecoder.Build(LlamaConfig.Read(config, head.Classes), backend, source, storage)),
    };

    /// <summary>The family that a configuration names.</summary>
    /// <exception cref="InputException">There is no such family here.</exception>
    public static Family Of(ConfigReader config)
    {
        var type = config.Text("model_type");
        return All.TryGetValue(type, out var family) ? family : throw config.Wrong("model_type", $"one of {string.Join(", ", All.Keys)}, not {type}");
    }
}
