using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>HierFAVG: edge servers average their clients, the server averages edges, each by its data; with every edge round passed up. Rebuilt from other papers.</summary>
    public static Method HierFavg => FedIt with
    {
        Id = "hierfavg",
        Name = "HierFAVG",
        Paper = new("Liu et al.", 2020, "arXiv:1905.06641"),
        Family = "orchestration",
        Summary = "two levels: edge servers average their clients, the server averages edges",
        Challenges = [Challenge.Communication],
        Basis = Basis.Reconstruction,
        Combine = new Combine.Edges(),
    };
}
