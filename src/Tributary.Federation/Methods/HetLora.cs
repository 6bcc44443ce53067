using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>HETLoRA: ranks by client that shrink themselves, padded with zeros and weighted by the size of the update. Rebuilt from abstract, figure and two implementations.</summary>
    public static Method HetLora => Rbla with
    {
        Id = "hetlora",
        Name = "HETLoRA",
        Paper = new("Cho et al.", 2024, "arXiv:2401.06432"),
        Summary = "RBLA with zero padding, weights by ‖BA‖, and ranks that clients give up themselves",
        Capacity = new Capacity.Ranks(Pruning: new RankPruning(Gamma: 0.99)),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task(), new LossTerm.TailNorm(Lambda: 0.01, Gamma: 0.99)] }),
        Weighting = new Weighting.ProductNorm(),
        Combine = new Combine.Factors(Normaliser.All),
    };
}
