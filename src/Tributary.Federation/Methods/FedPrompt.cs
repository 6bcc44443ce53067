using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedPrompt: only a soft prompt travels and is averaged. The paper's settings are not public; these are those of its re-implementation beside FedSP, begun from the vocabulary.
    /// </summary>
    public static Method FedPrompt => FedIt with
    {
        Id = "fedprompt",
        Name = "FedPrompt",
        Paper = new("Zhao et al.", 2023, "arXiv:2208.12268"),
        Family = "prompt",
        Summary = "FedIT with a soft prompt in the place of LoRA",
        Basis = Basis.Reconstruction,
        Adaptation = new PromptTuningConfig(40, PromptInitialisation.Vocabulary),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.AdamW(LearningRate: 5e-2, Epsilon: 1e-4, WeightDecay: 0.01),
            LearningRateSchedule = new LearningRateSchedule.ConstantWithWarmup { WarmupRatio = 0.1 },
            Budget = new Budget.Steps(10),
            BatchSize = 16,
        }),
    };
}
