using Tributary.Learning.Models.Bert;
using Tributary.Learning.Models.DistilBert;
using Tributary.Learning.Models.Gemma;
using Tributary.Learning.Models.Gpt2;
using Tributary.Learning.Models.GptNeox;
using Tributary.Learning.Models.Llama;
using Tributary.Learning.Models.Mistral;
using Tributary.Learning.Models.MobileBert;
using Tributary.Learning.Models.Opt;
using Tributary.Learning.Models.Qwen2;
using Tributary.Learning.Models.Roberta;
using Tributary.Learning.Models.Rotary;
using Tributary.Learning.Models.T5;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>One model family: the heads it has, the first of which an unnamed or headless architecture gets, and how it is built.</summary>
internal sealed record Family(IReadOnlyList<HeadTask> Heads, Func<ConfigReader, HeadSpec, IBackend, ITensorSource, StorageType, LanguageModel> Build);

/// <summary>Every family by its model_type in config.json.</summary>
internal static class Families
{
    private static readonly HeadTask[] Decoder = [HeadTask.CausalLanguageModelling, HeadTask.SequenceClassification];
    private static readonly HeadTask[] Encoder = [HeadTask.MaskedLanguageModelling, HeadTask.SequenceClassification, HeadTask.TokenClassification];

    private static readonly Dictionary<string, Family> All = new(StringComparer.Ordinal)
    {
        ["gpt2"] = new(Decoder, (config, head, backend, source, storage) => Gpt2Decoder.Build(Gpt2Config.Read(config), head, backend, source, storage)),
        ["llama"] = Rotary(LlamaSpec.Read),
        ["mistral"] = Rotary(MistralSpec.Read),
        ["qwen2"] = Rotary(Qwen2Spec.Read),
        ["gemma"] = Rotary(GemmaSpec.Read),
        ["gpt_neox"] = new(Decoder, (config, head, backend, source, storage) => GptNeoxDecoder.Build(GptNeoxConfig.Read(config), head, backend, source, storage)),
        ["opt"] = new(Decoder, (config, head, backend, source, storage) => OptDecoder.Build(OptConfig.Read(config), head, backend, source, storage)),
        ["bert"] = new(Encoder, (config, head, backend, source, storage) => BertEncoder.Build(BertConfig.Read(config), head, backend, source, storage)),
        ["roberta"] = new(Encoder, (config, head, backend, source, storage) => RobertaEncoder.Build(RobertaConfig.Read(config), head, backend, source, storage)),
        ["distilbert"] = new(Encoder, (config, head, backend, source, storage) => DistilBertEncoder.Build(DistilBertConfig.Read(config), head, backend, source, storage)),
        ["mobilebert"] = new(Encoder, (config, head, backend, source, storage) => MobileBertEncoder.Build(MobileBertConfig.Read(config), head, backend, source, storage)),
        ["t5"] = new([HeadTask.ConditionalGeneration], (config, head, backend, source, storage) => T5Model.Build(T5Config.Read(config), head, backend, source, storage)),
    };

    /// <summary>The heads of a family; none when there is no such family here.</summary>
    public static IReadOnlyList<HeadTask> HeadsOf(string type) => All.TryGetValue(type, out var family) ? family.Heads : [];

    /// <summary>The family that a configuration names.</summary>
    /// <exception cref="InputException">There is no such family here.</exception>
    public static Family Of(ConfigReader config)
    {
        var type = config.Text("model_type");
        return All.TryGetValue(type, out var family) ? family : throw config.Wrong("model_type", $"one of {string.Join(", ", All.Keys)}, not {type}");
    }

    private static Family Rotary(Func<ConfigReader, RotarySpec> read) =>
        new(Decoder, (config, head, backend, source, storage) => RotaryDecoder.Build(read(config), head, backend, source, storage));
}
