using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>x ← x + lr·m / (√v + tau) without bias correction (Reddi et al. 2021, algorithm 2); the methods differ in how v moves.</summary>
/// <param name="learningRate">Server rate.</param>
/// <param name="beta1">Decay of m.</param>
/// <param name="tau">Degree of adaptivity; v begins at its square.</param>
/// <param name="form">How m begins and what v sees.</param>
/// <param name="second">(v, g) → v after the step.</param>
internal sealed class AdaptiveRule(double learningRate, double beta1, double tau, MomentForm form, Func<double, double, double> second) : IServerRule
{
    internal const string First = "first_moment";
    internal const string Second = "second_moment";

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var (firsts, seconds) = (state.Body.Section(First), state.Body.Section(Second));
        var (newFirsts, newSeconds, steps) = (new List<HostTensor>(), new List<HostTensor>(), new List<HostTensor>());
        foreach (var delta in joined.DeltaFrom(state.Model))
        {
            var (m, v, x) = (HostTensor.Zeros(delta.Key, delta.Shape), HostTensor.Zeros(delta.Key, delta.Shape), HostTensor.Zeros(delta.Key, delta.Shape));
            var isFirst = !firsts.TryGet(delta.Key, out var oldFirst);
            seconds.TryGet(delta.Key, out var oldSecond);
            for (var i = 0; i < m.Values.Length; i++)
            {
                var d = delta.Values[i];
                var moment = isFirst && form == MomentForm.OpenFedLlm ? d : (isFirst ? 0 : beta1 * oldFirst!.Values[i]) + ((1 - beta1) * d);
                var square = second(isFirst ? tau * tau : oldSecond!.Values[i], form == MomentForm.OpenFedLlm ? moment : d);
                m.Values[i] = (float)moment;
                v.Values[i] = (float)square;
                x.Values[i] = (float)(moment / (Math.Sqrt(square) + tau));
            }

            newFirsts.Add(m);
            newSeconds.Add(v);
            steps.Add(x);
        }

        return state.Advance(new ParameterSet(steps), learningRate)
            .WithSection(First, firsts.MergedWith(new ParameterSet(newFirsts)))
            .WithSection(Second, seconds.MergedWith(new ParameterSet(newSeconds)));
    }
}
