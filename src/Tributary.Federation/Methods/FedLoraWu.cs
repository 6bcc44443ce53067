using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedLoRA of Wu et al.: all weights are shared, a low-rank addition is private and trained first. With adapters instead of whole weights (adaptation: several) it is an
    /// adaptation to language models. Rebuilt from abstract and reviews.
    /// </summary>
    public static Method FedLoraWu => FedIt with
    {
        Id = "fedlora-wu",
        Name = "FedLoRA (Wu)",
        Paper = new("Wu et al.", 2024, "OpenReview:bZh06ptG9r"),
        Summary = "all weights shared and averaged, a private low-rank addition trained before them in every round",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["shared"] = new FullConfig(), ["own"] = new LoraConfig() }),
        Sharing = new Sharing.ByAdapter(new Dictionary<string, Visibility> { ["own"] = Visibility.Private }),
        LocalProgram = new LocalProgram([new Phase(Optimizer: new OptimizerSpec.Sgd(0.01)) { Adapters = ["own"] }, new Phase(Optimizer: new OptimizerSpec.Sgd(0.01)) { Adapters = ["shared"] }]),
        Serving = new Serving.GlobalAndPrivate(),
    };
}
