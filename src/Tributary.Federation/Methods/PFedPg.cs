using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>pFedPG: the server generates each client's prompt and learns from how clients change theirs. Rebuilt from the abstract and two implementations by others.</summary>
    public static Method PFedPg => FedIt with
    {
        Id = "pfedpg",
        Name = "pFedPG",
        Paper = new("Yang et al.", 2023, "arXiv:2308.15367"),
        Family = "prompt",
        Summary = "prompt tuning with a generator on the server that makes a prompt for each client; the head stays private",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new PromptTuningConfig(VirtualTokens: 10),
        Sharing = Sharing.ByFactor(head: Visibility.Private),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.01, Momentum: 0.9) }),
        Codec = new Codec(new Encoding.Deltas()),
        Combine = new Combine.Collect(),
        ServerStep = new ServerStep.Generator(),
        Dispatch = new Dispatch.Generated(),
        Serving = new Serving.ReceivedAndPrivate(),
    };
}
