using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>
    /// SPRY: the cohort divides the adapter among itself, and each client finds the gradient of its share by forward mode. With slopes upwards (codec up: seed_scalars) the server repeats
    /// the steps. What the server does was rebuilt: the original's lies in a framework that was not read.
    /// </summary>
    public static Method Spry => FedIt with
    {
        Id = "spry",
        Name = "SPRY",
        Family = "forward-mode",
        Paper = new("Panchal et al.", 2024, "arXiv:2405.15551"),
        Summary = "forward gradients of the units that the cohort divides, joined over their holders, FedYogi on the server",
        Challenges = [Challenge.Memory, Challenge.Compute],
        Adaptation = new LoraConfig(Rank: 1, Alpha: 1),
        Capacity = new Capacity.Units(),
        Cohort = new Cohort.Uniform(0.1),
        LocalProgram = new LocalProgram([new Phase(Estimator: new Estimator.ForwardMode(), Optimizer: new OptimizerSpec.Sgd(1e-3), Budget: new Budget.Epochs(1), BatchSize: 8)]),
        ServerStep = new ServerStep.Yogi(),
    };
}
