using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;

namespace Tributary.Simulation.Runs;

/// <summary>The one place where the part "what is trainable?" becomes adapters of a model.</summary>
public static class AdapterFactory
{
    /// <summary>The adapters of an adaptation.</summary>
    /// <exception cref="Numerics.InputException">The model has no such modules.</exception>
    public static IReadOnlyList<IAdapter> Create(Adaptation adaptation, LanguageModel model) => adaptation switch
    {
        Adaptation.Lora lora => [new LoraAdapter(Config(lora, model), model)],
        Adaptation.Full => [new FullAdapter(model)],
        Adaptation.Head => [new FullAdapter(model, selects: key => key.Name == model.Head.Weight.Key.Name)],
        Adaptation.None => [],
        _ => throw new ArgumentException($"unknown adaptation {adaptation}"),
    };

    private static LoraConfig Config(Adaptation.Lora lora, LanguageModel model) => new()
    {
        Rank = lora.Rank,
        Alpha = lora.Alpha,
        Dropout = (float)lora.Dropout,
        TargetModules = lora.Targets ?? [],
        RankStabilised = lora.RankStabilised,
        Layers = lora.Layers ?? [],
        RankPattern = lora.RankPattern ?? new Dictionary<string, int>(),
        AlphaPattern = lora.AlphaPattern ?? new Dictionary<string, double>(),
        ModulesToSave = lora.Save ?? [],
        TaskType = model.IsCausalLanguageModel ? "CAUSAL_LM" : "SEQ_CLS",
    };
}
