using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Bypass;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Ia3;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Adaptation.PTuning;
using Tributary.Learning.Adaptation.TensorTrain;

namespace Tributary.Learning.Adaptation.Formats;

/// <summary>Every kind's folder format.</summary>
internal static class AdapterFormats
{
    private static readonly IAdapterFormat[] All =
    [
        new LoraFormat(), new Ia3Format(), new PromptTuningFormat(), new PrefixTuningFormat(), new PTuningFormat(), new BottleneckFormat(), new NamedBottleneckFormat(),
        new TensorTrainFormat(), new BypassFormat(), new LoraExpertsFormat(), new BitFitFormat(), new LayersFormat(), new HeadFormat(), new ExitsFormat(), new FullFormat(),
    ];

    /// <summary>What can be read, for messages.</summary>
    public static string Types => string.Join(", ", All.Select(f => f.Type));

    /// <summary>The format of a folder; null when there is none.</summary>
    public static IAdapterFormat? Of(ConfigFields fields) => Array.Find(All, f => f.Reads(fields));

    /// <summary>The format of settings.</summary>
    public static IAdapterFormat Of(AdapterConfig config) => Array.Find(All, f => f.Writes(config)) ?? throw new ArgumentException($"adapters of {config.GetType().Name} have no folder format");
}
