using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// DP-BiTFiT: biases and head, by gradients of single samples that are clipped and made noisy. Batches are passes over shuffled rows, not Poisson samples, and what the noise
    /// is worth is not accounted for. The paper is of one owner; the federation is ours.
    /// </summary>
    public static Method DpBitFit => FedIt with
    {
        Id = "dp-bitfit",
        Name = "DP-BiTFiT",
        Paper = new("Bu et al.", 2024, "arXiv:2210.00036"),
        Family = "selective",
        Summary = "FedIT with biases in the place of LoRA, learned from clipped and noisy gradients of single samples",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        Adaptation = new BitFitConfig(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Estimator = new Estimator.PerSample(Bound: 1, Noise: 0.5, Automatic: true),
            Optimizer = new OptimizerSpec.Adam(LearningRate: 5e-3),
        }),
    };
}
