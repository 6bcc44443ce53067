using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedPipe: each client adapts the weight matrices that promise most for their bytes, at one rank, over a base kept in as many bits as its memory has room for. Rebuilt from
    /// the abstracts.
    /// </summary>
    public static Method FedPipe => FedIt with
    {
        Id = "fedpipe",
        Name = "FedPipe",
        Paper = new("Fang et al.", 2024, "arXiv:2404.06448"),
        Summary = "FedIT in which each client chooses the matrices it adapts within a budget of bytes, and the bits of its base by its memory",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        Capacity = new Capacity.Knapsack([1, 0.5, 0.25], UnitKind.Module, UnitCost.Values, Mix: 1) { Bits = [32, 16, 8, 4] },
    };
}
