using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>One entry of an adaptive step.</summary>
/// <param name="delta">How the senders moved it.</param>
/// <param name="value">Where it is.</param>
/// <param name="before">Its moments; null when they begin.</param>
/// <returns>Its moments afterwards, and where it goes.</returns>
internal delegate (double First, double Second, double Direction) MomentStep(double delta, double value, (float First, float Second)? before);

/// <summary>The first and second moments that an adaptive step keeps in the server's state.</summary>
internal static class Moments
{
    /// <summary>Section of the first moments.</summary>
    public const string First = "first_moment";

    /// <summary>Section of the second moments.</summary>
    public const string Second = "second_moment";

    /// <summary>The state after a step entry by entry; tensors that nobody sent keep their values and moments.</summary>
    public static ServerState Advance(ServerState state, Joined joined, double rate, MomentStep step)
    {
        var (firsts, seconds) = (state.Body.Section(First), state.Body.Section(Second));
        var (newFirsts, newSeconds, directions) = (new List<HostTensor>(), new List<HostTensor>(), new List<HostTensor>());
        foreach (var delta in joined.DeltaFrom(state.Model))
        {
            var (m, v, d) = (HostTensor.Zeros(delta.Key, delta.Shape), HostTensor.Zeros(delta.Key, delta.Shape), HostTensor.Zeros(delta.Key, delta.Shape));
            var x = state.Model[delta.Key].Values;
            var known = firsts.TryGet(delta.Key, out var oldFirst);
            seconds.TryGet(delta.Key, out var oldSecond);
            for (var i = 0; i < x.Length; i++)
            {
                var (first, second, direction) = step(delta.Values[i], x[i], known ? (oldFirst!.Values[i], oldSecond!.Values[i]) : null);
                (m.Values[i], v.Values[i], d.Values[i]) = ((float)first, (float)second, (float)direction);
            }

            newFirsts.Add(m);
            newSeconds.Add(v);
            directions.Add(d);
        }

        return state.Advance(new ParameterSet(directions), rate)
            .WithSection(First, firsts.MergedWith(new ParameterSet(newFirsts)))
            .WithSection(Second, seconds.MergedWith(new ParameterSet(newSeconds)));
    }
}
