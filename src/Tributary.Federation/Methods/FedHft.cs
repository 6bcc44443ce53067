using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedHFT: FLoRA whose clients send the rows that matter, joined as products in soft clusters of clients; each receives its own mixture.</summary>
    public static Method FedHft => Flora with
    {
        Id = "fedhft",
        Name = "FedHFT",
        Paper = new("Ilhan et al.", 2025, "arXiv:2510.14054"),
        Summary = "FLoRA with row-masked B, products added up in soft clusters, and the best factors of each client's mixture sent back",
        Challenges = [Challenge.Communication, Challenge.NonIid, Challenge.Memory, Challenge.Compute],
        Adaptation = new LoraConfig(Rank: 32, Alpha: 32, Dropout: 0.1),
        Capacity = new Capacity.OutputRows([0.5]),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with
        {
            Optimizer = new OptimizerSpec.AdamW(LearningRate: 1e-3, WeightDecay: 0.01),
            Budget = new Budget.Epochs(2),
            BatchSize = 32,
            LearningRateSchedule = new LearningRateSchedule.Linear(),
            LearningRateSpan = LearningRateSpan.Round,
            LearningRateDecay = 0.9,
        }),
        Weighting = new Weighting.ClusterPosterior(Clusters: 1, WarmUp: 5),
        Combine = new Combine.Clusters(),
        ServerStep = new ServerStep.MergeToClusters(),
        Dispatch = new Dispatch.ClusterMixture(),
        Serving = new Serving.ReceivedAndPrivate(),
    };
}
