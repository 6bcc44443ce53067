using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedPSF-LLM: clients send the virtual tokens that mattered most, weights follow contribution and disparity, and every token's average leans towards those who agree. Only
    /// the abstract is public: every formula and setting is a reconstruction.
    /// </summary>
    public static Method FedPsfLlm => FedPrompt with
    {
        Id = "fedpsf-llm",
        Name = "FedPSF-LLM",
        Paper = new("Jiang et al.", 2025, "doi:10.1016/j.neunet.2025.108160"),
        Summary = "FedPrompt that sends the tokens with most impact, weighted by contribution, disparity and agreement",
        Challenges = [Challenge.Communication, Challenge.NonIid],
        Adaptation = new PromptTuningConfig(20, PromptInitialisation.Vocabulary),
        LocalProgram = new LocalProgram([new Phase(Optimizer: new OptimizerSpec.AdamW(LearningRate: 1e-3, WeightDecay: 0.01))], new Withheld(), [new Report.Losses(), new Report.Labels()]),
        Codec = new Codec(Up: new Encoding.Deltas(Selection: new Selection.TopMass(Budget: new LossBudget()), ErrorFeedback: true)),
        Weighting = new Weighting.Aligned(new Weighting.ContributionDisparity()),
    };
}
