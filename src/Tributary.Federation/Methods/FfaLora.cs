using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FFA-LoRA: every owner has the same random A for good, so that the mean of B is the mean of the updates. Its text was not read, other authors' implementations were.</summary>
    public static Method FfaLora => FedIt with
    {
        Id = "ffa-lora",
        Name = "FFA-LoRA",
        Paper = new("Sun et al.", 2024, "arXiv:2403.12313"),
        Summary = "FedIT with A frozen at its random start; half the bytes, exact averages",
        Challenges = [Challenge.Communication],
        Basis = Basis.Reconstruction,
        Sharing = Sharing.ByFactor(loraA: Visibility.Frozen),
    };
}
