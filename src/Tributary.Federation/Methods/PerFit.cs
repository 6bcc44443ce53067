using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// PerFIT: every client prunes a twice as large adapter to entries of its own, which are averaged over their owners. Downloads are whole here; a client drops what is not its
    /// own. Rebuilt from abstracts and reviews.
    /// </summary>
    public static Method PerFit => FedIt with
    {
        Id = "perfit",
        Name = "PerFIT",
        Paper = new("Zhang et al.", 2024, "arXiv:2402.16919"),
        Summary = "FedIT of twice the rank whose clients prune in their first round to entries of their own, half of all",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new LoraConfig(Rank: 16, Alpha: 32),
        Capacity = new Capacity.Pruned([8]),
        Serving = new Serving.OwnEntries(),
    };
}
