using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedYogi as used with LoRA in OpenFedLLM: FedAdam with Yogi's additive second moment.</summary>
    public static Method FedYogi => FedIt with
    {
        Id = "fedyogi",
        Name = "FedYogi",
        Paper = new("Reddi et al.", 2020, "arXiv:2003.00295"),
        Summary = "FedIT with uniform weights and Yogi on the server",
        Challenges = [Challenge.NonIid],
        Weighting = new Weighting.Uniform(),
        ServerStep = new ServerStep.Yogi(LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.99, Tau: 1e-3, MomentForm.OpenFedLlm),
    };
}
