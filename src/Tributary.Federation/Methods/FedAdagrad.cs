using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedAdagrad as used with LoRA in OpenFedLLM: FedIT with uniform weights and Adagrad on the server.</summary>
    public static Method FedAdagrad => FedIt with
    {
        Id = "fedadagrad",
        Name = "FedAdagrad",
        Paper = new("Reddi et al.", 2020, "arXiv:2003.00295"),
        Summary = "FedIT with uniform weights and Adagrad on the server",
        Challenges = [Challenge.NonIid],
        Weighting = new Weighting.Uniform(),
        ServerStep = new ServerStep.Adagrad(LearningRate: 1e-3, Tau: 1e-3),
    };
}
