using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FLASC: only the largest entries travel, each way chosen anew, while clients train all of them. The densities are a quarter; the paper varies them.</summary>
    public static Method Flasc => FedIt with
    {
        Id = "flasc",
        Name = "FLASC",
        Paper = new("Kuo et al.", 2024, "arXiv:2406.05233"),
        Summary = "FedIT with sparse messages and dense training, uniform deltas into AdamW on the server",
        Challenges = [Challenge.Communication],
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 1e-3, Momentum: 0.9) }),
        Codec = new Codec(Up: new Encoding.Deltas(Selection: new Selection.Largest(0.25)), Down: new Encoding.Values(Selection: new Selection.Largest(0.25))),
        Weighting = new Weighting.Uniform(),
        Combine = new Combine.Factors(Normaliser.All),
        ServerStep = new ServerStep.AdamW(LearningRate: 1e-3),
        Serving = new Serving.Global(Density: 0.25),
    };
}
