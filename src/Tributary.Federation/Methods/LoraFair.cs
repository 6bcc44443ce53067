using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>LoRA-FAIR: FedIT whose mean B is corrected towards the mean update. Rebuilt from the abstract, a survey and another implementation.</summary>
    public static Method LoraFair => FedIt with
    {
        Id = "lora-fair",
        Name = "LoRA-FAIR",
        Paper = new("Bian et al.", 2024, "arXiv:2411.14961"),
        Summary = "FedIT with a correction of B that draws the product of means towards the mean of products",
        Basis = Basis.Reconstruction,
        ServerStep = new ServerStep.CorrectB(),
    };
}
