using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedMom: Nesterov's accelerated step on the server, v ← x + Δ and x ← v + β(v − v before). Its text was not read; the recursion is the one that is quoted of it.</summary>
    public static Method FedMom => FedIt with
    {
        Id = "fedmom",
        Name = "FedMom",
        Paper = new("Huo et al.", 2020, "arXiv:2002.02090"),
        Summary = "FedIT with Nesterov momentum on the server",
        Basis = Basis.Reconstruction,
        ServerStep = new ServerStep.Momentum(Beta: 0.9, Nesterov: true),
    };
}
