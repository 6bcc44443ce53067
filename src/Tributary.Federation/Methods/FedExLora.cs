using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedEx-LoRA: FedIT, and what the mean factors lack of the mean update goes into the base.</summary>
    public static Method FedExLora => FedIt with
    {
        Id = "fedex-lora",
        Name = "FedEx-LoRA",
        Paper = new("Singhal et al.", 2024, "arXiv:2410.09432"),
        Summary = "FedIT with uniform weights that adds the error of averaged factors to the base; exact averages",
        Cohort = new Cohort.All(),
        Weighting = new Weighting.Uniform(),
        ServerStep = new ServerStep.ResidualToBase(),
    };
}
