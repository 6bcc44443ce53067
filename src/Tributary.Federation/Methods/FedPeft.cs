using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedPEFT: one way of training for biases, head, adapters, prompts, LoRA or everything, by the adaptation alone; biases are its smallest. Rebuilt from its opening pages.</summary>
    public static Method FedPeft => FedIt with
    {
        Id = "fedpeft",
        Name = "FedPEFT",
        Paper = new("Sun et al.", 2024, "arXiv:2210.01708"),
        Family = "selective",
        Summary = "FedIT with biases in the place of LoRA, or whatever small set is chosen; SGD on an eighth of the clients",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new BitFitConfig(),
        Cohort = new Cohort.Uniform(Fraction: 0.125),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.01, Momentum: 0.9, WeightDecay: 1e-4),
            Budget = new Budget.Epochs(10),
        }),
    };
}
