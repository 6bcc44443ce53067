using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>SCAFFOLD as used with LoRA in OpenFedLLM: FedIT with control variates on clients and server.</summary>
    public static Method Scaffold => FedIt with
    {
        Id = "scaffold",
        Name = "SCAFFOLD",
        Paper = new("Karimireddy et al.", 2020, "arXiv:1910.06378"),
        Summary = "FedIT with control variates that correct client drift",
        Challenges = [Challenge.NonIid],
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Hooks = [new Hook.ControlVariate()] }),
        ServerStep = new ServerStep.ControlVariates(),
    };
}
