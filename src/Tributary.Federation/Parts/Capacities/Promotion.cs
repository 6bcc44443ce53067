using Tributary.Federation.Clients;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts.Capacities;

/// <summary>Who is promoted to the larger rank: once, by the loss on held-out rows after the first round (Byun and Lee 2024).</summary>
internal static class Promotion
{
    /// <summary>The state after a round: with those promoted whose loss is least, of equal losses the first in id order, unless it was the first round no more.</summary>
    public static ServerState After(Capacity.Promoted promoted, ServerState state, RoundUpdates contents, int rank)
    {
        var senders = contents.Updates;
        return state.Version > 0
            ? state
            : Of(state, Enumerable.Range(0, senders.Count).OrderBy(Loss).Take(promoted.CountOf(senders.Count)).Select(k => senders[k].Client), rank);

        double Loss(int sender) => contents.Report(sender, ClientReports.LossesKey)[2] is var loss && float.IsFinite(loss) ? loss : double.PositiveInfinity;
    }

    /// <summary>The state in which these clients have the larger rank.</summary>
    public static ServerState Of(ServerState state, IEnumerable<string> clients, int rank) =>
        clients.Aggregate(state, (all, client) => all with { Body = all.Body.WithNumber(CapacityRules.KnownRank(client), rank) });
}
