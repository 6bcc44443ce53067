using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>RBLA: clients have ranks of their own; each rank is averaged over those who have it. Rebuilt from the abstract and an implementation of unconfirmed authorship.</summary>
    public static Method Rbla => FedIt with
    {
        Id = "rbla",
        Name = "RBLA",
        Paper = new("Chen et al.", 2024, "arXiv:2408.08699"),
        Summary = "FedIT with a rank for each client; each rank is averaged over its owners",
        Challenges = [Challenge.Communication, Challenge.NonIid, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Reconstruction,
        Capacity = new Capacity.Ranks(),
        Dispatch = new Dispatch.Slice(),
    };
}
