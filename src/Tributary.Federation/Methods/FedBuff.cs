using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedBuff: nobody waits; the server steps by every ten changes that arrive, late ones counted less, divided by their number.</summary>
    public static Method FedBuff => FedIt with
    {
        Id = "fedbuff",
        Name = "FedBuff",
        Family = "orchestration",
        Paper = new("Nguyen et al.", 2022, "arXiv:2106.06639"),
        Summary = "clients that do not wait, changes joined ten at a time, late ones counted less",
        Challenges = [Challenge.Compute],
        Pace = new Pace.Buffer(Size: 10),
        Codec = new Codec(Up: new Encoding.Deltas()),
        Weighting = new Weighting.Staleness(),
        Combine = new Combine.Factors(Normaliser.Count),
    };

    /// <summary>FedAsync: the model moves towards each client's as it arrives, alpha · (D + 1)^−½ of the way. Formulas rebuilt from other papers.</summary>
    public static Method FedAsync => FedBuff with
    {
        Id = "fedasync",
        Name = "FedAsync",
        Paper = new("Xie et al.", 2019, "arXiv:1903.03934"),
        Basis = Basis.Reconstruction,
        Summary = "FedBuff with a buffer of one: the model moves towards each client's own as it arrives",
        Pace = new Pace.Buffer(Size: 1),
        Codec = new Codec(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task(), new LossTerm.Proximal(0.01)] }),
        ServerStep = new ServerStep.Replace(LearningRate: 0.6),
    };
}
