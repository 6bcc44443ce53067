using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FDLoRA: the first round gives every client its own adapter and their mean to all; a Nesterov step on the server, and both fused by search. Rebuilt from an implementation by others.</summary>
    public static Method FdLora => FedIt with
    {
        Id = "fdlora",
        Name = "FDLoRA",
        Paper = new("Qi et al.", 2024, "arXiv:2406.07925"),
        Summary = "FedIT with a Nesterov step, and a private adapter renewed every few rounds that is fused with the shared one by search",
        Challenges = [Challenge.NonIid],
        Basis = Basis.Reconstruction,
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["shared"] = new LoraConfig(), ["own"] = new LoraConfig() }),
        Sharing = new Sharing.ByAdapter(new Dictionary<string, Visibility> { ["own"] = Visibility.Private }),
        Cohort = new Cohort.All(),
        LocalProgram = new LocalProgram([new Phase { Adapters = ["shared"], Mixture = new Dictionary<string, double> { ["shared"] = 1 } }])
        {
            Copies = [new AdapterCopy(From: "shared", To: "own", Every: 5)],
        },
        Weighting = new Weighting.Uniform(),
        ServerStep = new ServerStep.Momentum(Beta: 0.5, Nesterov: true),
        Serving = new Serving.Fused(Shared: "shared", Own: "own"),
        Schedule = new Schedule.Stages([new(1, new Overrides { ServerStep = new ServerStep.Replace() }), new(2, Overrides.None)]),
    };
}
