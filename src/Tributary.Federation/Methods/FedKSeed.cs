using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Methods;

public static partial class Catalogue
{
    /// <summary>FedKSeed: all parameters by zeroth-order steps along a pool of directions; nothing travels but one number for each step up and one for each direction down.</summary>
    public static Method FedKSeed => FedIt with
    {
        Id = "fedkseed",
        Name = "FedKSeed",
        Family = "zeroth-order",
        Paper = new("Qin et al.", 2024, "arXiv:2312.06353"),
        Summary = "all parameters, two-point steps along a pool of seeded directions, of which only slopes travel",
        Challenges = [Challenge.Communication, Challenge.Memory],
        Adaptation = new FullConfig(),
        Cohort = new Cohort.Uniform(0.05),
        LocalProgram = new LocalProgram([ZerothOrder(PoolDraw.Uniform)]),
        Codec = new Codec(new Encoding.SeedScalars(), new Encoding.SeedScalars()),
    };

    /// <summary>FedKSeed-Pro: directions along which the loss has been steep are drawn more often.</summary>
    public static Method FedKSeedPro => FedKSeed with
    {
        Id = "fedkseed-pro",
        Name = "FedKSeed-Pro",
        Summary = "FedKSeed with directions drawn by how steep the loss has been along them",
        LocalProgram = new LocalProgram([ZerothOrder(PoolDraw.Importance)]),
    };

    private static Phase ZerothOrder(PoolDraw draw) => new(
        Estimator: new Estimator.TwoPoint(Epsilon: 5e-4, new Directions.Pool(4096, draw)), Optimizer: new OptimizerSpec.Sgd(3e-7), Budget: new Budget.Steps(200), BatchSize: 1);
}
