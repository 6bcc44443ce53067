using System.Text.Json.Serialization;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Bypass;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.None;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Adaptation.PTuning;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Adaptation.TensorTrain;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation;

/// <summary>
/// What is trainable, apart from any model: the settings of one kind of adapter. A closed set of values that travel as JSON, one record and one folder per kind.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LoraConfig), "lora")]
[JsonDerivedType(typeof(Ia3Config), "ia3")]
[JsonDerivedType(typeof(PromptTuningConfig), "prompt")]
[JsonDerivedType(typeof(PrefixTuningConfig), "prefix")]
[JsonDerivedType(typeof(PTuningConfig), "p_tuning")]
[JsonDerivedType(typeof(BottleneckConfig), "bottleneck")]
[JsonDerivedType(typeof(TensorTrainConfig), "tensor_train")]
[JsonDerivedType(typeof(BypassConfig), "bypass")]
[JsonDerivedType(typeof(LoraExpertsConfig), "lora_experts")]
[JsonDerivedType(typeof(BitFitConfig), "bitfit")]
[JsonDerivedType(typeof(LayersConfig), "layers")]
[JsonDerivedType(typeof(EmulatorConfig), "emulator")]
[JsonDerivedType(typeof(ExitsConfig), "exits")]
[JsonDerivedType(typeof(HeadConfig), "head")]
[JsonDerivedType(typeof(FullConfig), "full")]
[JsonDerivedType(typeof(SeveralConfig), "several")]
[JsonDerivedType(typeof(NoneConfig), "none")]
public abstract record AdapterConfig
{
    private protected AdapterConfig()
    {
    }

    /// <summary>
    /// PEFT's task type. With "SEQ_CLS" and "TOKEN_CLS" the model's classifier is trained and kept whole beside the adapter; with anything else, and null, it stays frozen
    /// unless the settings say otherwise. Not a setting of experiments: see <see cref="ForTask"/>.
    /// </summary>
    [JsonIgnore]
    public string? TaskType { get; init; }

    /// <summary>The same settings for a model with that output layer.</summary>
    public virtual AdapterConfig ForTask(HeadTask task) => this with
    {
        TaskType = task switch
        {
            HeadTask.CausalLanguageModelling => "CAUSAL_LM",
            HeadTask.SequenceClassification => "SEQ_CLS",
            HeadTask.TokenClassification => "TOKEN_CLS",
            HeadTask.ConditionalGeneration => "SEQ_2_SEQ_LM",
            _ => null,
        },
    };

    /// <summary>One line for each setting that cannot hold, whatever the model; empty when all can.</summary>
    public virtual IEnumerable<string> Problems() => [];

    /// <summary>The largest rank among its adapters; 0 when they have none.</summary>
    [JsonIgnore]
    public virtual int LargestRank => 0;

    /// <summary>The same settings with at most so many ranks. The scale of what the ranks give stays, or follows from the smaller rank.</summary>
    public virtual AdapterConfig AtRank(int rank, bool keepScale) => this;

    /// <summary>The same settings where of some tensors, named as they travel, only the leading part of a smaller shape is there: a narrower model.</summary>
    /// <exception cref="NotSupportedException">Models do not become narrower with such adapters.</exception>
    public virtual AdapterConfig Narrowed(IReadOnlyDictionary<string, int[]> shapes) => throw new NotSupportedException($"{GetType().Name} has no tensors of the model to make narrower");

    /// <summary>Finds the places in a model where the adapters act.</summary>
    /// <exception cref="Numerics.InputException">The model has no such places.</exception>
    public abstract IReadOnlyList<IAdapter> Resolve(LanguageModel model, string name = TensorKey.DefaultAdapter);
}
