using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedAvgM as used with LoRA in OpenFedLLM: FedIT with damped server momentum.</summary>
    public static Method FedAvgM => FedIt with
    {
        Id = "fedavgm",
        Name = "FedAvgM",
        Paper = new("Hsu et al.", 2019, "arXiv:1909.06335"),
        Summary = "FedIT with damped momentum on the server",
        Challenges = [Challenge.NonIid],
        ServerStep = new ServerStep.Momentum(Beta: 0.9, Damped: true),
    };
}
