using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedProx as used with LoRA in OpenFedLLM: FedIT whose clients are held near the model they received.</summary>
    public static Method FedProx => FedIt with
    {
        Id = "fedprox",
        Name = "FedProx",
        Paper = new("Li et al.", 2020, "arXiv:1812.06127"),
        Summary = "FedIT with a proximal term on the clients",
        Challenges = [Challenge.NonIid],
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task(), new LossTerm.Proximal(Mu: 0.01)] }),
    };
}
