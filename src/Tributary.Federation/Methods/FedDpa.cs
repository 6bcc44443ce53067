using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedDPA-T: from the second round on a private adapter is trained beside the global one before that; inputs decide how the two are mixed in use.</summary>
    public static Method FedDpa => FedIt with
    {
        Id = "feddpa",
        Name = "FedDPA",
        Paper = new("Yang et al.", 2024, "arXiv:2403.19211"),
        Summary = "FedIT with a private adapter beside the global one, mixed for each input; uniform weights",
        Challenges = [Challenge.NonIid],
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["global"] = new LoraConfig(), ["local"] = new LoraConfig() }),
        Sharing = new Sharing.ByAdapter(new Dictionary<string, Visibility> { ["local"] = Visibility.Private }),
        LocalProgram = new LocalProgram(
        [
            new Phase { Adapters = ["local"], Mixture = new Dictionary<string, double> { ["local"] = 0.5, ["global"] = 0.5 } },
            new Phase { Adapters = ["global"], Mixture = new Dictionary<string, double> { ["global"] = 1 } },
        ]),
        Weighting = new Weighting.Uniform(),
        Serving = new Serving.ByInput(General: "global", Own: "local"),
        Schedule = new Schedule.Stages([new(1, new Overrides { Phases = [1] }), new(2, Overrides.None)]),
    };
}
