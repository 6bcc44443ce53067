using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedSplitX: clients of several cuts, each of whom learns at an auxiliary head at its own, so that no gradient comes down; every layer is the mean over clients who hold it and
    /// the server's replicas for the others. Rebuilt from its abstract, here with LoRA: cuts behind one to four blocks, the head of the client's own cut alone, no distillation.
    /// </summary>
    public static Method FedSplitX => SplitFed with
    {
        Id = "fedsplitx",
        Name = "FedSplitX",
        Paper = new("Shin et al.", 2023, "arXiv:2310.14579"),
        Summary = "SplitFed with clients cut at several depths, each trained at an exit of its own without an answer",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig>(StringComparer.Ordinal) { [TensorKey.DefaultAdapter] = new LoraConfig(), ["exits"] = new ExitsConfig() }),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.01) }) with
        {
            Cut = new Cut([1, 2, 3, 4], UpperCopies.Each),
        },
    };
}
