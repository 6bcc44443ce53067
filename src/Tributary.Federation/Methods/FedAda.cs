using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedAda: bottleneck adapters averaged by data size; every published placement is a setting of the adaptation. Rebuilt from the abstract.</summary>
    public static Method FedAda => FedIt with
    {
        Id = "fedada-kim",
        Name = "FedAda",
        Paper = new("Kim et al.", 2023, "Mathematics 11(21):4479"),
        Family = "adapter",
        Summary = "FedIT with bottleneck adapters in the place of LoRA",
        Challenges = [Challenge.Communication, Challenge.NonIid, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        Adaptation = BottleneckConfig.Pfeiffer,
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(LearningRate: 1e-4) }),
    };
}
