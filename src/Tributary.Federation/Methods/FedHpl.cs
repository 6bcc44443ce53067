using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedHPL: no tensor travels; clients, whose models may differ, teach each other by mean logits of each class. Rebuilt from the abstract and a public review.</summary>
    public static Method FedHpl => FedIt with
    {
        Id = "fedhpl",
        Name = "FedHPL",
        Paper = new("Ma et al.", 2024, "arXiv:2405.17267"),
        Family = "prompt",
        Summary = "private prompts and heads on models that may differ; mean logits of each class travel, mixed for each receiver",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new PromptTuningConfig(VirtualTokens: 10),
        Sharing = new Sharing.AllPrivate(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Losses = [new LossTerm.Task(), new LossTerm.ClassDistillation(Strength: 1, Temperature: 2)],
            Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.01, Momentum: 0.9),
        }) with { ClassLogits = new ClassLogits() },
        Weighting = new Weighting.ClassAffinity(),
        Combine = new Combine.Bank(),
        Dispatch = new Dispatch.Mixture(),
        Serving = new Serving.GlobalAndPrivate(),
    };
}
