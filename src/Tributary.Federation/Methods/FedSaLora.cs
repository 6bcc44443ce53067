using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedSA-LoRA: A carries what is general and is shared, B what is a client's own. The rate is the one its authors moved to after publication.</summary>
    public static Method FedSaLora => FedIt with
    {
        Id = "fedsa-lora",
        Name = "FedSA-LoRA",
        Paper = new("Guo et al.", 2024, "arXiv:2410.01463"),
        Summary = "FedIT that shares A alone; B and the head stay private",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Sharing = Sharing.ByFactor(loraB: Visibility.Private, head: Visibility.Private),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 5e-3) }),
        Serving = new Serving.GlobalAndPrivate(),
    };
}
