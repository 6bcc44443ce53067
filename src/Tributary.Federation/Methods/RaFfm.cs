using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>RaFFM: all weights are trained, in sub-networks of each client's own width; the server orders units by salience, so that the first of them are those worth most.</summary>
    public static Method RaFfm => FedIt with
    {
        Id = "raffm",
        Name = "RaFFM",
        Paper = new("Yu et al.", 2023, "FL@FM-NeurIPS 2023"),
        Family = "selective",
        Summary = "FedIT of all weights in narrower models, the most salient units first; every value is averaged over those who hold it",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Adaptation = new FullConfig(),
        Capacity = new Capacity.Elastic(),
        Cohort = new Cohort.Uniform(Fraction: 0.1),
        Dispatch = new Dispatch.Slice(),
        Weighting = new Weighting.Uniform(),
        ServerStep = new ServerStep.SalientFirst(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.AdamW(LearningRate: 5e-5, WeightDecay: 0.01),
            LearningRateDecay = 0.98,
        }),
    };
}
