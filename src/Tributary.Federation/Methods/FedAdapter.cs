using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// FedAdapter (AdaFL) with a configuration that stays: units of width 8 in the top blocks, frozen blocks below them computed once. Deeper and wider configurations are
    /// settings of the adaptation (top, units); the search for one by trial is not part of it.
    /// </summary>
    public static Method FedAdapter => FedAda with
    {
        Id = "fedadapter",
        Name = "FedAdapter",
        Paper = new("Cai et al.", 2023, "arXiv:2205.10162"),
        Summary = "FedAda with stacked units of width 8 in the top blocks alone; a fixed configuration",
        Challenges = [Challenge.Communication, Challenge.Compute],
        Adaptation = new BottleneckConfig(Size: 8, Top: 1),
        LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(LearningRate: 0.1), Clipping = new GradientClipping.ByNorm(1) }),
    };
}
