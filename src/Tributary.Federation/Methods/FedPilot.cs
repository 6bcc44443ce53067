using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>Fed-piLot: each client trains the blocks that promise most within its memory. Scores and compensation are rebuilt from the abstracts.</summary>
    public static Method FedPilot => FedIt with
    {
        Id = "fed-pilot",
        Name = "Fed-piLot",
        Paper = new("Zhang et al.", 2024, "arXiv:2410.10200"),
        Summary = "FedIT in which a knapsack chooses each client's blocks, and rarely trained ones move further",
        Challenges = [Challenge.NonIid, Challenge.Memory],
        Basis = Basis.Reconstruction,
        Capacity = new Capacity.Knapsack([1, 0.5, 0.25]),
        Codec = new Codec(Up: new Encoding.Deltas()),
        ServerStep = new ServerStep.Balanced(),
    };
}
