using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Layers;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// Selective layer fine-tuning: in every round clients say how much each block of the base would move, and the server gives each of them a few to train. Objective and server's
    /// rule are rebuilt from the abstract; top, bottom, both, snr, rgn, random and full are the rules it was compared with.
    /// </summary>
    public static Method SelectiveLayerFt => FedIt with
    {
        Id = "selective-layer-ft",
        Name = "Selective layer fine-tuning",
        Paper = new("Sun et al.", 2024, "arXiv:2408.15600"),
        Family = "selective",
        Summary = "FedIT over whole blocks of the base, of which the server chooses some for each client and round by their gradients and by agreement",
        Challenges = [Challenge.NonIid, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        Adaptation = new LayersConfig(),
        Capacity = new Capacity.Layers([0.75, 0.5, 0.25]),
        Cohort = new Cohort.Uniform(Fraction: 0.2),
        Codec = new Codec(Up: new Encoding.Deltas()),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.01) }),
    };
}
