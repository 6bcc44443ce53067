using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedHM: matrices are trained as products of two factors and nothing of them stays frozen, provided that the rank is the model's width; with a smaller one the rest of the
    /// base stays. Also clients of the whole rank train factors. Embeddings, norms and head stay as they are. Rebuilt from the abstract.
    /// </summary>
    public static Method FedHm => FlexLora with
    {
        Id = "fedhm",
        Name = "FedHM",
        Paper = new("Yao et al.", 2021, "arXiv:2111.14655"),
        Summary = "FlexLoRA over the base's own singular directions, which the base then lacks: smaller ranks are smaller models",
        Basis = Basis.Reconstruction,
        Adaptation = new LoraConfig(Rank: 64, Alpha: 64, Targets: ["all-linear"]),
        Initialisation = new Initialisation.SvdOfBase(),
        Capacity = new Capacity.Ranks(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Losses = [new LossTerm.Task(), new LossTerm.ProductDecay()],
            Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.05, Momentum: 0.9),
        }),
        Combine = new Combine.Product(SingularSplit.Balanced),
    };
}
