using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>RoLoRA: odd rounds train B, even ones A, so that the other factor is common and averages are exact.</summary>
    public static Method RoLora => FedIt with
    {
        Id = "rolora",
        Name = "RoLoRA",
        Paper = new("Chen et al.", 2024, "arXiv:2409.02346"),
        Summary = "FedIT that trains and sends B and A in turn, uniform weights; exact averages",
        Challenges = [Challenge.NonIid],
        Weighting = new Weighting.Uniform(),
        Schedule = new Schedule.Parity(
            Odd: new Overrides(Sharing: Sharing.ByFactor(loraA: Visibility.Fixed)),
            Even: new Overrides(Sharing: Sharing.ByFactor(loraB: Visibility.Fixed))),
    };
}
