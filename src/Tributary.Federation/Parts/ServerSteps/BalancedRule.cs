using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.ServerSteps;

/// <summary>x ← x + γ·Δ, γ larger for tensors that had fewer updates than the mean tensor (after Fed-piLot, Zhang et al. 2024).</summary>
internal sealed class BalancedRule(ServerStep.Balanced step) : IServerRule
{
    private const string Senders = "senders/";

    /// <inheritdoc/>
    public ServerState Apply(ServerState state, Joined joined, WeighedUpdates updates)
    {
        var body = state.Body;
        var source = updates.Contents.Source;
        foreach (var tensor in joined.Model)
        {
            var name = Senders + tensor.Key.WireName;
            var now = Enumerable.Range(0, source.Count).Count(k => source.Contains(k, MessageBody.Parameters, tensor.Key));
            body = body.WithNumber(name, body.Numbers.GetValueOrDefault(name) + now);
        }

        var mean = state.Model.Select(tensor => body.Numbers.GetValueOrDefault(Senders + tensor.Key.WireName)).DefaultIfEmpty().Average();
        var direction = new ParameterSet(joined.DeltaFrom(state.Model).Select(delta =>
        {
            var count = body.Numbers.GetValueOrDefault(Senders + delta.Key.WireName);
            var gain = count > 0 ? Math.Clamp(Math.Pow(mean / count, step.Power), 1, step.Most) : 1;
            return delta with { Values = Array.ConvertAll(delta.Values, value => (float)(gain * value)) };
        }));
        return (state with { Body = body }).Advance(direction, 1);
    }
}
