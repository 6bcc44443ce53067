using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>Server momentum (Hsu et al. 2019), and the damped form of OpenFedLLM whose first step is undamped.</summary>
internal sealed class MomentumRule(ServerStep.Momentum step) : IServerRule
{
    internal const string Section = "momentum";

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var before = state.Body.Section(Section);
        var moments = new List<HostTensor>();
        var steps = new List<HostTensor>();
        foreach (var delta in joined.DeltaFrom(state.Model))
        {
            var isFirst = !before.TryGet(delta.Key, out var old);
            var gain = step.Damped && !isFirst ? 1 - step.Beta : 1;
            var moment = HostTensor.Zeros(delta.Key, delta.Shape);
            var direction = step.Nesterov ? HostTensor.Zeros(delta.Key, delta.Shape) : moment;
            for (var i = 0; i < moment.Values.Length; i++)
            {
                var next = (isFirst ? 0 : step.Beta * old!.Values[i]) + (gain * delta.Values[i]);
                moment.Values[i] = (float)next;
                direction.Values[i] = (float)(step.Nesterov ? (step.Beta * next) + (gain * delta.Values[i]) : next);
            }

            moments.Add(moment);
            steps.Add(direction);
        }

        return state.Advance(new ParameterSet(steps), step.LearningRate).WithSection(Section, before.MergedWith(new ParameterSet(moments)));
    }
}
