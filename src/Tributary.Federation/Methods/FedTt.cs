using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.TensorTrain;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedTT: adapters whose projections are tensor trains, averaged core by core, which is not the average projection. Rebuilt from abstract and summaries.</summary>
    public static Method FedTt => FedAda with
    {
        Id = "fedtt",
        Name = "FedTT",
        Paper = new("Ghiasvand et al.", 2025, "arXiv:2410.13097"),
        Summary = "FedAda with tensor trains for projections",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Adaptation = new TensorTrainConfig(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(LearningRate: 1e-3) }),
    };
}
