using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FLoRA: factors of all clients, whatever their ranks, are stacked and merged into the base; every round begins with fresh ones.</summary>
    public static Method Flora => Rbla with
    {
        Id = "flora",
        Name = "FLoRA",
        Paper = new("Wang et al.", 2024, "arXiv:2409.05976"),
        Summary = "RBLA that stacks the factors, merges them into the base and begins anew; exact averages",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Verified,
        Initialisation = new Initialisation.Fresh(),
        Cohort = new Cohort.All(),
        Combine = new Combine.Stacked(),
        ServerStep = new ServerStep.MergeToBase(),
    };
}
