using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedAMoLE: every layer has a bank of LoRA experts, of which each client holds those that its own data are nearest to, beside one that all share. Without the optional noise on
    /// what clients tell of their data.
    /// </summary>
    public static Method FedAmole => FedIt with
    {
        Id = "fedamole",
        Name = "FedAMoLE",
        Paper = new("Zhang et al.", 2024, "arXiv:2411.19128"),
        Summary = "FedIT of LoRA experts, each client with some that an integer program gives it by how near its rows are to them",
        Challenges = [Challenge.NonIid],
        Adaptation = new LoraExpertsConfig(Experts: 30, Rank: 8, Alpha: 16, Dropout: 0.05, Top: 2),
        Capacity = new Capacity.Experts(Holders: 2, Least: 2, Most: 8),
        Cohort = new Cohort.All(),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Losses = [new LossTerm.Task(), new LossTerm.LoadBalance(Beta: 1e-3)],
            Optimizer = new OptimizerSpec.Adam(LearningRate: 5e-5),
            Budget = new Budget.Steps(200),
            BatchSize = 1,
            LearningRateDecay = 0.99,
        }) with { Withheld = new Withheld(Share: 0.05, Least: 1) },
        Weighting = new Weighting.Uniform(),
        Dispatch = new Dispatch.Slice(),
        Serving = new Serving.ReceivedAndPrivate(),
    };
}
