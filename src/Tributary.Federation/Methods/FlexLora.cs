using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FlexLoRA: the updates themselves are averaged, and each client receives their best factors of its own rank.</summary>
    public static Method FlexLora => Rbla with
    {
        Id = "flexlora",
        Name = "FlexLoRA",
        Paper = new("Bai et al.", 2024, "arXiv:2402.11505"),
        Summary = "RBLA that averages products and refactors them by SVD; the scale follows each rank",
        Challenges = [Challenge.Communication, Challenge.Memory, Challenge.Compute],
        Basis = Basis.Verified,
        Capacity = new Capacity.Ranks(Scale: RankScale.ByRank),
        Combine = new Combine.Product(),
    };
}
