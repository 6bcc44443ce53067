using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedAdam as used with LoRA in OpenFedLLM: FedIT with uniform weights and Adam on the server, whose second moment is of m.</summary>
    public static Method FedAdam => FedIt with
    {
        Id = "fedadam",
        Name = "FedAdam",
        Paper = new("Reddi et al.", 2020, "arXiv:2003.00295"),
        Summary = "FedIT with uniform weights and Adam on the server",
        Challenges = [Challenge.NonIid],
        Weighting = new Weighting.Uniform(),
        ServerStep = new ServerStep.Adam(LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.99, Tau: 1e-3, MomentForm.OpenFedLlm),
    };
}
