using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>AdamW on −Δ (Loshchilov and Hutter 2019): x ← x − lr·(decay·x + m̂ / (√v̂ + epsilon)), moments corrected for their start at zero.</summary>
internal sealed class AdamWRule(ServerStep.AdamW step) : IServerRule
{
    private const string StepsNumber = "server_steps";

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var (firsts, seconds) = (state.Body.Section(AdaptiveRule.First), state.Body.Section(AdaptiveRule.Second));
        var count = state.Body.Numbers.GetValueOrDefault(StepsNumber) + 1;
        var (correction1, correction2) = (1 - Math.Pow(step.Beta1, count), 1 - Math.Pow(step.Beta2, count));
        var (newFirsts, newSeconds, directions) = (new List<HostTensor>(), new List<HostTensor>(), new List<HostTensor>());
        foreach (var delta in joined.DeltaFrom(state.Model))
        {
            var (m, v, d) = (Before(firsts, delta), Before(seconds, delta), HostTensor.Zeros(delta.Key, delta.Shape));
            var x = state.Model[delta.Key].Values;
            for (var i = 0; i < x.Length; i++)
            {
                var gradient = -(double)delta.Values[i];
                var first = (step.Beta1 * m.Values[i]) + ((1 - step.Beta1) * gradient);
                var second = (step.Beta2 * v.Values[i]) + ((1 - step.Beta2) * gradient * gradient);
                (m.Values[i], v.Values[i]) = ((float)first, (float)second);
                d.Values[i] = (float)-((step.WeightDecay * x[i]) + (first / correction1 / (Math.Sqrt(second / correction2) + step.Epsilon)));
            }

            newFirsts.Add(m);
            newSeconds.Add(v);
            directions.Add(d);
        }

        var next = state.Advance(new ParameterSet(directions), step.LearningRate)
            .WithSection(AdaptiveRule.First, firsts.MergedWith(new ParameterSet(newFirsts)))
            .WithSection(AdaptiveRule.Second, seconds.MergedWith(new ParameterSet(newSeconds)));
        return next with { Body = next.Body.WithNumber(StepsNumber, count) };
    }

    private static HostTensor Before(ParameterSet moments, HostTensor like) => moments.TryGet(like.Key, out var known) ? known.Copy() : HostTensor.Zeros(like.Key, like.Shape);
}
