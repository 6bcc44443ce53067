using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Adaptation.PTuning;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Adaptation.TensorTrain;
using Tributary.Learning.Tests.Models;

namespace Tributary.Learning.Tests.Adaptation;

/// <summary>One kind of adapter with its settings on one tiny model: what the contract suite runs over.</summary>
internal sealed record AdapterCase(string Model, AdapterConfig Config)
{
    /// <summary>False for kinds that bring whole tensors, which know no weights but 0 and 1.</summary>
    public bool CanBeWeighted { get; init; }

    /// <summary>True for kinds that no fresh values of leave the output as it was.</summary>
    public bool ActsAtOnce { get; init; }

    public static IReadOnlyDictionary<string, AdapterCase> All { get; } = new Dictionary<string, AdapterCase>
    {
        ["gpt2 lora"] = Weighted(TinyModels.Gpt2, new LoraConfig(3, 5)),
        ["gpt2 lora, all linear layers"] = Weighted(TinyModels.Gpt2, new LoraConfig(3, 5, Targets: ["all-linear"])),
        ["gpt2 lora, embedding"] = Weighted(TinyModels.Gpt2, new LoraConfig(3, 5, Targets: ["wte"])),
        ["gpt2 lora, output layer"] = Weighted(TinyModels.Gpt2, new LoraConfig(3, 5, Targets: ["lm_head"])),
        ["gpt2 lora, biases"] = Whole(TinyModels.Gpt2, new LoraConfig(2, 4, Bias: LoraBias.LoraOnly)),
        ["gpt2 lora, all biases"] = Whole(TinyModels.Gpt2, new LoraConfig(2, 4, Bias: LoraBias.All)),
        ["gpt2 lora, saved head and norms"] = Whole(TinyModels.Gpt2, new LoraConfig(2, 4, Save: ["lm_head", "ln_1"])),
        ["gpt2 lora, classifier"] = Whole(TinyModels.Gpt2Classifier, new LoraConfig(2, 4)),
        ["gpt2 dora"] = Weighted(TinyModels.Gpt2, new LoraConfig(3, 5, Targets: ["c_attn", "c_fc"], Dora: true)),
        ["gpt2 ia3"] = Weighted(TinyModels.Gpt2, new Ia3Config()),
        ["gpt2 ia3, classifier"] = Whole(TinyModels.Gpt2Classifier, new Ia3Config()),
        ["gpt2 bitfit"] = Whole(TinyModels.Gpt2, new BitFitConfig()),
        ["gpt2 bitfit, classifier"] = Whole(TinyModels.Gpt2Classifier, new BitFitConfig()),
        ["gpt2 layers"] = Whole(TinyModels.Gpt2, new LayersConfig([-1])),
        ["gpt2 head"] = Whole(TinyModels.Gpt2, new HeadConfig()),
        ["gpt2 full"] = Whole(TinyModels.Gpt2, new FullConfig()),
        ["gpt2 several"] = Whole(TinyModels.Gpt2, new SeveralConfig(new Dictionary<string, AdapterConfig> { ["low"] = new LoraConfig(2, 4), ["head"] = new HeadConfig() })),
        ["gpt2 prompt"] = AtOnce(TinyModels.Gpt2, new PromptTuningConfig(3)),
        ["gpt2 prompt, vocabulary, classifier"] = AtOnce(TinyModels.Gpt2Classifier, new PromptTuningConfig(3, PromptInitialisation.Vocabulary)),
        ["gpt2 prefix"] = AtOnce(TinyModels.Gpt2, new PrefixTuningConfig(3)),
        ["gpt2 prefix, projection"] = AtOnce(TinyModels.Gpt2, new PrefixTuningConfig(3, 5)),
        ["gpt2 p-tuning"] = AtOnce(TinyModels.Gpt2, new PTuningConfig(3, 5)),
        ["gpt2 houlsby"] = Weighted(TinyModels.Gpt2, BottleneckConfig.Houlsby with { ReductionFactor = 4 }),
        ["gpt2 houlsby, classifier"] = Whole(TinyModels.Gpt2Classifier, BottleneckConfig.Houlsby with { Size = 3 }),
        ["gpt2 units"] = Weighted(TinyModels.Gpt2, new BottleneckConfig(Size: 2, Units: 3, LeaveOut: [0])),
        ["gpt2 tensor train"] = Weighted(TinyModels.Gpt2, new TensorTrainConfig(4, 2, 2)),
        ["gpt2 experts"] = Weighted(TinyModels.Gpt2, new LoraExpertsConfig(Experts: 4, Rank: 3, Alpha: 5, Top: 2)),
        ["llama experts, one for each row, classifier"] = Whole(TinyModels.LlamaClassifier, new LoraExpertsConfig(Experts: 3, Rank: 2, Alpha: 5, Top: 1)),
        ["llama experts, all linear layers"] = Weighted(TinyModels.Llama, new LoraExpertsConfig(Experts: 2, Rank: 2, Alpha: 3, Top: 2, Targets: ["all-linear"])),
        ["gpt2 prompt and lora"] = AtOnce(
            TinyModels.Gpt2, new SeveralConfig(new Dictionary<string, AdapterConfig> { ["low"] = new LoraConfig(2, 4), ["soft"] = new PromptTuningConfig(2), ["wide"] = BottleneckConfig.Pfeiffer })),
        ["llama prompt"] = AtOnce(TinyModels.Llama, new PromptTuningConfig(3)),
        ["llama prefix"] = AtOnce(TinyModels.Llama, new PrefixTuningConfig(3)),
        ["llama prefix, projection, classifier"] = AtOnce(TinyModels.LlamaClassifier, new PrefixTuningConfig(3, 5)),
        ["llama p-tuning"] = AtOnce(TinyModels.Llama, new PTuningConfig(3)),
        ["llama pfeiffer"] = Weighted(TinyModels.Llama, BottleneckConfig.Pfeiffer with { ReductionFactor = 4, Activation = BottleneckActivation.Gelu }),
        ["llama parallel"] = Weighted(TinyModels.Llama, BottleneckConfig.Parallel),
        ["llama tensor train, classifier"] = Whole(TinyModels.LlamaClassifier, new TensorTrainConfig(6, 3, 3, BottleneckActivation.Tanh)),
        ["llama lora"] = Weighted(TinyModels.Llama, new LoraConfig(3, 5)),
        ["llama lora, rank-stabilised"] = Weighted(TinyModels.Llama, new LoraConfig(3, 5, Targets: ["all-linear"], RankStabilised: true)),
        ["llama lora, embedding"] = Weighted(TinyModels.Llama, new LoraConfig(3, 5, Targets: ["embed_tokens"])),
        ["gemma lora, embedding"] = Weighted(TinyModels.Gemma, new LoraConfig(3, 5, Targets: ["embed_tokens"])),
        ["gpt_neox lora"] = Weighted(TinyModels.GptNeox, new LoraConfig(3, 5)),
        ["t5 lora"] = Weighted(TinyModels.T5, new LoraConfig(3, 5)),
        ["t5 lora, all linear layers"] = Weighted(TinyModels.GatedT5, new LoraConfig(3, 5, Targets: ["all-linear"])),
        ["t5 full"] = Whole(TinyModels.T5, new FullConfig()),
        ["opt lora, all linear layers"] = Weighted(TinyModels.PostNormOpt, new LoraConfig(3, 5, Targets: ["all-linear"])),
        ["llama lora, patterns"] = Weighted(
            TinyModels.Llama,
            new LoraConfig(3, 5, Layers: [1], RankPattern: new Dictionary<string, int> { ["v_proj"] = 1 }, AlphaPattern: new Dictionary<string, double> { ["q_proj"] = 2.5 })),
        ["llama lora, classifier"] = Whole(TinyModels.LlamaClassifier, new LoraConfig(2, 4)),
        ["llama dora"] = Weighted(TinyModels.Llama, new LoraConfig(3, 5, Targets: ["q_proj", "down_proj", "lm_head"], Dora: true)),
        ["llama ia3"] = Weighted(TinyModels.Llama, new Ia3Config()),
        ["llama ia3, head"] = Weighted(TinyModels.Llama, new Ia3Config(["lm_head", "up_proj"], ["lm_head"])),
        ["llama ia3 around lora"] = Weighted(
            TinyModels.Llama, new SeveralConfig(new Dictionary<string, AdapterConfig> { ["a"] = new LoraConfig(2, 4, Targets: ["all-linear"]), ["b"] = new Ia3Config() })),
        ["llama lora around ia3"] = Weighted(
            TinyModels.Llama, new SeveralConfig(new Dictionary<string, AdapterConfig> { ["a"] = new Ia3Config(), ["b"] = new LoraConfig(2, 4, Targets: ["all-linear"]) })),
        ["llama layers"] = Whole(TinyModels.Llama, new LayersConfig([0], ["norm.weight", "layernorm.weight", "down_proj.weight"])),
        ["llama head"] = Whole(TinyModels.LlamaClassifier, new HeadConfig()),
        ["llama full"] = Whole(TinyModels.Llama, new FullConfig()),
        ["bert lora"] = Weighted(TinyModels.Bert, new LoraConfig(3, 5)),
        ["bert lora, output layer"] = Weighted(TinyModels.Bert, new LoraConfig(3, 5, Targets: ["cls.predictions.decoder"])),
        ["bert lora, classifier of tokens"] = Whole(TinyModels.BertTagger, new LoraConfig(2, 4)),
        ["bert layers"] = Whole(TinyModels.Bert, new LayersConfig([-1])),
        ["bert full"] = Whole(TinyModels.Bert, new FullConfig()),
        ["roberta lora, embedding"] = Weighted(TinyModels.Roberta, new LoraConfig(3, 5, Targets: ["word_embeddings"])),
        ["roberta lora, classifier and norms"] = Whole(TinyModels.RobertaClassifier, new LoraConfig(2, 4, Save: ["attention.output.LayerNorm"])),
        ["roberta lora, biases"] = Whole(TinyModels.RobertaClassifier, new LoraConfig(2, 4, Targets: ["query", "output.dense"], Bias: LoraBias.LoraOnly)),
        ["roberta lora, all biases"] = Whole(TinyModels.RobertaClassifier, new LoraConfig(2, 4, Bias: LoraBias.All)),
        ["roberta dora"] = Weighted(TinyModels.Roberta, new LoraConfig(2, 4, Targets: ["query", "intermediate.dense"], Dora: true)),
        ["roberta ia3"] = Weighted(TinyModels.Roberta, new Ia3Config()),
        ["roberta bitfit"] = Whole(TinyModels.RobertaClassifier, new BitFitConfig()),
        ["roberta full"] = Whole(TinyModels.RobertaClassifier, new FullConfig()),
        ["roberta several"] = Whole(TinyModels.RobertaClassifier, new SeveralConfig(new Dictionary<string, AdapterConfig> { ["a"] = new LoraConfig(2, 4), ["b"] = new Ia3Config() })),
        ["qwen2 bitfit"] = Whole(TinyModels.Qwen2, new BitFitConfig()),
        ["roberta head"] = Whole(TinyModels.RobertaClassifier, new HeadConfig()),
        ["distilbert lora, all linear layers"] = Weighted(TinyModels.DistilBert, new LoraConfig(3, 5, Targets: ["all-linear"])),
        ["distilbert lora, classifier"] = Whole(TinyModels.DistilBertClassifier, new LoraConfig(2, 4)),
        ["mobilebert lora, all linear layers"] = Weighted(TinyModels.MobileBert, new LoraConfig(3, 5, Targets: ["all-linear"])),
        ["mobilebert lora, embedding"] = Weighted(TinyModels.MobileBert, new LoraConfig(3, 5, Targets: ["word_embeddings"])),
        ["mobilebert full"] = Whole(TinyModels.MobileBert, new FullConfig()),
        ["llama several"] = Weighted(
            TinyModels.Llama, new SeveralConfig(new Dictionary<string, AdapterConfig> { ["a"] = new LoraConfig(2, 4), ["b"] = new LoraConfig(3, 2, Targets: ["v_proj", "up_proj"]) })),
    };

    private static AdapterCase Weighted(string model, AdapterConfig config) => new(model, config) { CanBeWeighted = true };

    private static AdapterCase AtOnce(string model, AdapterConfig config) => new(model, config) { ActsAtOnce = true };

    private static AdapterCase Whole(string model, AdapterConfig config) => new(model, config);
}
