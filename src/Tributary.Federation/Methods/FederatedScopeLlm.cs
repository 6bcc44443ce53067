using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FederatedScope-LLM in its LoRA mode: FedIT with thirty local steps on single samples.</summary>
    public static Method FederatedScopeLlm => FedIt with
    {
        Id = "federatedscope-llm",
        Name = "FederatedScope-LLM",
        Paper = new("Kuang et al.", 2023, "arXiv:2309.00363"),
        Summary = "FedIT with thirty local steps of one sample",
        Challenges = [Challenge.Communication, Challenge.Compute],
        Adaptation = new LoraConfig(Rank: 8, Alpha: 16, Dropout: 0.05),
        Cohort = new Cohort.All(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.005), Budget = new Budget.Steps(30), BatchSize = 1 }),
    };

    /// <summary>
    /// Its offsite mode: clients train the outer blocks over an emulator of the inner ones; the result belongs to the whole model. Where the server has data of its own it aligns
    /// the emulator beforehand, and everybody is handed it in the first round.
    /// </summary>
    public static Method FederatedOffsiteTuning => FederatedScopeLlm with
    {
        Id = "federated-offsite-tuning",
        Name = "Federated offsite-tuning",
        Summary = "FederatedScope-LLM that trains the outer blocks over a thinned-out copy of the inner ones",
        Family = "selective",
        Adaptation = new EmulatorConfig(),
        Initialisation = new Initialisation.AlignedEmulator(),
        Sharing = OfEmulator(Visibility.Kept),
        Schedule = new Schedule.Stages([new Stage(1, new Overrides(Sharing: OfEmulator(Visibility.Handed))), new Stage(2, Overrides.None)]),
    };

    private static Sharing.ByAdapter OfEmulator(Visibility own) => new(new Dictionary<string, Visibility>(StringComparer.Ordinal) { [EmulatorConfig.OwnName] = own });
}
