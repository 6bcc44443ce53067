using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>AdamW on −Δ (Loshchilov and Hutter 2019): x ← x − lr·(decay·x + m̂ / (√v̂ + epsilon)), moments corrected for their start at zero.</summary>
internal sealed class AdamWRule(ServerStep.AdamW step) : IServerRule
{
    private const string StepsNumber = "server_steps";

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var count = state.Body.Numbers.GetValueOrDefault(StepsNumber) + 1;
        var (correction1, correction2) = (1 - Math.Pow(step.Beta1, count), 1 - Math.Pow(step.Beta2, count));
        var next = Moments.Advance(state, joined, step.LearningRate, (delta, value, before) =>
        {
            var (m, v) = before ?? (0, 0);
            var first = (step.Beta1 * m) - ((1 - step.Beta1) * delta);
            var second = (step.Beta2 * v) + ((1 - step.Beta2) * delta * delta);
            return (first, second, -((step.WeightDecay * value) + (first / correction1 / (Math.Sqrt(second / correction2) + step.Epsilon))));
        });
        return next with { Body = next.Body.WithNumber(StepsNumber, count) };
    }
}
