using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedPipe: each client adapts the weight matrices that promise most for their bytes, at one rank; how many bits the base is kept in is a setting of the machine. Rebuilt
    /// from the abstracts.
    /// </summary>
    public static Method FedPipe => FedIt with
    {
        Id = "fedpipe",
        Name = "FedPipe",
        Paper = new("Fang et al.", 2024, "arXiv:2404.06448"),
        Summary = "FedIT in which each client chooses the matrices it adapts within a budget of bytes",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        Capacity = new Capacity.Knapsack([1, 0.5, 0.25], UnitKind.Module, UnitCost.Values, Mix: 1),
    };
}
