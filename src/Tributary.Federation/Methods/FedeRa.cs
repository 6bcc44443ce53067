using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FeDeRA: FedIT whose factors begin at the leading singular directions of the base weights. Rebuilt from the abstract: how singular values are split, and the base's rest.</summary>
    public static Method FedeRa => FedIt with
    {
        Id = "federa",
        Name = "FeDeRA",
        Paper = new("Yan et al.", 2024, "arXiv:2404.18848"),
        Summary = "FedIT that trains the leading singular directions of the base weights instead of a fresh adapter",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new LoraConfig(Rank: 8, Alpha: 8),
        Initialisation = new Initialisation.SvdOfBase(),
    };
}
