using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Bypass;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// pFedLoRA: models of any depth stay private and share a low-rank branch beside them; first the model learns beside the branch, then the branch beside the model. A language
    /// model learns by a private LoRA instead of all its weights. Rebuilt from abstract and summaries.
    /// </summary>
    public static Method PFedLora => FedIt with
    {
        Id = "pfedlora",
        Name = "pFedLoRA",
        Paper = new("Yi et al.", 2023, "arXiv:2310.13283"),
        Summary = "private models that may differ in depth, and a low-rank branch beside them that is shared; two phases",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["own"] = new LoraConfig(), ["shared"] = new BypassConfig() }),
        Sharing = new Sharing.ByAdapter(new Dictionary<string, Visibility> { ["own"] = Visibility.Private }),
        LocalProgram = new LocalProgram([new Phase(Optimizer: new OptimizerSpec.Sgd(0.01)) { Adapters = ["own"] }, new Phase(Optimizer: new OptimizerSpec.Sgd(0.01)) { Adapters = ["shared"] }]),
        Serving = new Serving.GlobalAndPrivate(),
    };
}
