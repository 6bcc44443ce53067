using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedRA: in every round each client's model is made of as many blocks, drawn at random, as it can hold. Base weights are with the clients already.</summary>
    public static Method FedRa => FedIt with
    {
        Id = "fedra",
        Name = "FedRA",
        Paper = new("Su et al.", 2023, "arXiv:2311.11227"),
        Summary = "FedIT in models of a few random blocks each, uniform weights over a block's holders",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Capacity = new Capacity.Blocks([12, 10, 8, 6, 4, 3], Shallow: true),
        Dispatch = new Dispatch.Slice(),
        Weighting = new Weighting.Uniform(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.01, Momentum: 0.9, WeightDecay: 1e-5),
            Clipping = new GradientClipping.ByNorm(10),
        }),
    };
}
