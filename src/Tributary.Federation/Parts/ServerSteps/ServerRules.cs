using Tributary.Federation.Messages;

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
        ServerStep.ControlVariates control => new ControlRule(For(control.Model)),
        _ => throw new ArgumentException($"unknown server step {step}"),
    };

    /// <summary>Sections of the server's state that a step keeps beside the model, with a tensor for each of the model's.</summary>
    public static IEnumerable<string> SectionsOf(ServerStep step) => step switch
    {
        ServerStep.Momentum => [MomentumRule.Section],
        ServerStep.Adagrad or ServerStep.Adam or ServerStep.Yogi or ServerStep.AdamW => [AdaptiveRule.First, AdaptiveRule.Second],
        ServerStep.ControlVariates control => [MessageBody.Control, .. SectionsOf(control.Model)],
        _ => [],
    };

    /// <summary>Whether the server keeps control variates, which then travel both ways.</summary>
    public static bool KeepsControl(ServerStep step) => step is ServerStep.ControlVariates;
}
