using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedMEM: FedIT, and in use each client's own data as a memory of states and next tokens. Rebuilt from the abstract; the memory is the usual nearest-neighbour decoder.</summary>
    public static Method FedMem => FedIt with
    {
        Id = "fedmem",
        Name = "FedMEM",
        Paper = new("Du et al.", 2024, "arXiv:2401.10070"),
        Summary = "FedIT whose clients mix the global model with the nearest states of their own data",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Serving = new Serving.Neighbours(),
    };
}
