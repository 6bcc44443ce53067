using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>What each <see cref="ServerStep"/> does, in one place.</summary>
public static class ServerRules
{
    /// <summary>The rule of a choice.</summary>
    public static IServerRule For(ServerStep step) => step switch
    {
        ServerStep.Replace replace => new ReplaceRule(replace),
        ServerStep.Momentum momentum => new MomentumRule(momentum),
        ServerStep.Adagrad adagrad => new AdaptiveRule(adagrad.LearningRate, adagrad.Beta1, adagrad.Tau, MomentForm.Original, (v, g) => v + (g * g)),
        ServerStep.Adam adam => new AdaptiveRule(
            adam.LearningRate, adam.Beta1, adam.Tau, adam.Form, (v, g) => (adam.Beta2 * v) + ((1 - adam.Beta2) * g * g)),
        ServerStep.Yogi yogi => new AdaptiveRule(
            yogi.LearningRate, yogi.Beta1, yogi.Tau, yogi.Form, (v, g) => v - ((1 - yogi.Beta2) * g * g * Math.Sign(v - (g * g)))),
        ServerStep.AdamW adam => new AdamWRule(adam),
        ServerStep.Balanced balanced => new BalancedRule(balanced),
        ServerStep.ControlVariates control => new ControlRule(For(control.Model)),
        ServerStep.Generator generator => new GeneratorRule(generator, For(generator.Step)),
        ServerStep.MergeToBase => new MergeRule(For(new ServerStep.Replace())),
        ServerStep.ResidualToBase residual => new ResidualRule(residual, For(new ServerStep.Replace())),
        ServerStep.MergeToClusters => new ClusterMergeRule(),
        ServerStep.FactorChange change => new FactorChangeRule(change, For(new ServerStep.Replace())),
        ServerStep.SalientFirst => new SalienceRule(For(new ServerStep.Replace())),
        ServerStep.CorrectB correct => new CorrectionRule(correct, For(new ServerStep.Replace())),
        _ => throw new ArgumentException($"unknown server step {step}"),
    };

    /// <summary>The state before the first round, from which the step begins.</summary>
    public static ServerState Begin(RunPlan plan, ServerState state) => plan.Method.ServerStep switch
    {
        ServerStep.Generator generator => GeneratorRule.Begin(generator, state, plan.Clients, plan.Seed),
        ServerStep.SalientFirst => SalienceRule.Ordered(state, plan.Layout.Units),
        _ => state,
    };

    /// <summary>The tensors of each section that a step keeps beside the model: those that the run trains, or the generator's.</summary>
    public static TensorLayout LayoutOf(ServerStep step, TensorLayout trained, IReadOnlyList<string> clients) =>
        step is ServerStep.Generator generator ? GeneratorRule.LayoutOf(generator, trained, clients) : trained;

    /// <summary>Sections of the server's state that a step keeps beside the model, see <see cref="LayoutOf"/>.</summary>
    public static IEnumerable<string> SectionsOf(ServerStep step) => step switch
    {
        ServerStep.Momentum => [MomentumRule.Section],
        ServerStep.Adagrad or ServerStep.Adam or ServerStep.Yogi or ServerStep.AdamW => [Moments.First, Moments.Second],
        ServerStep.ControlVariates control => [MessageBody.Control, .. SectionsOf(control.Model)],
        ServerStep.Generator generator => GeneratorRule.Sections(generator),
        ServerStep.FactorChange => [FactorChangeRule.Beginning],
        _ => [],
    };

    /// <summary>Whether updates of base weights grow from round to round, and so go out with the model.</summary>
    public static bool ChangesBase(ServerStep step) => step is ServerStep.MergeToBase or ServerStep.ResidualToBase or ServerStep.MergeToClusters;

    /// <summary>How many ranks a round adds to the update of a module's base weight, whatever the data.</summary>
    /// <param name="step">The choice.</param>
    /// <param name="ranks">The rank of each sender.</param>
    public static int RanksAdded(ServerStep step, IReadOnlyList<int> ranks) => step switch
    {
        ServerStep.MergeToBase => ranks.Sum(),
        ServerStep.ResidualToBase residual => Math.Min(residual.Rank ?? int.MaxValue, ranks.Skip(1).Sum()),
        _ => 0,
    };

    /// <summary>Whether the server keeps control variates, which then travel both ways.</summary>
    public static bool KeepsControl(ServerStep step) => step is ServerStep.ControlVariates;
}
