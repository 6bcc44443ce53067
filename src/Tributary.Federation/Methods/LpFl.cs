using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// LP-FL: FedIT on few labels and a growing pool of rows that the received model labels itself, softly. Rebuilt from the abstracts: the pool grows as in iterative PET. The
    /// classes are words at a cloze where the experiment names them (data.cloze), else those of the model's own head.
    /// </summary>
    public static Method LpFl => FedIt with
    {
        Id = "lp-fl",
        Name = "LP-FL",
        Paper = new("Jiang et al.", 2023, "arXiv:2307.13896"),
        Summary = "FedIT with few labels: the global model labels a growing pool of each client's other rows",
        Basis = Basis.Reconstruction,
        LocalProgram = LocalProgram.Standard with { PseudoLabels = new PseudoLabels(Known: 32, Growth: 5) },
    };
}
