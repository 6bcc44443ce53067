using Tributary.Federation.Parts.Banks;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.State;

namespace Tributary.Federation.Parts;

/// <summary>
/// What parts of a method remember from round to round, in one place: each takes the server's state and the updates of a round, and gives the state with what it learned of them. One
/// that has nothing to remember gives the state as it is.
/// </summary>
internal static class PartMemory
{
    private delegate ServerState Learn(ServerState state, WeighedUpdates updates);

    // In this order.
    private static Learn[] AfterTheStep { get; } = [CapacityRules.Learned, SelectionRules.Learned, BankRules.Learned, SeedScalarRules.Learned, CutRules.Learned];

    /// <summary>The state with what must be known before the updates are weighed.</summary>
    public static ServerState BeforeWeighing(ServerState state, RoundUpdates updates) => WeightingRules.Learned(updates.Method.Weighting, state, updates);

    /// <summary>The state with what all other parts learned of a round, after the server's step.</summary>
    public static ServerState After(ServerState state, WeighedUpdates updates) => AfterTheStep.Aggregate(state, (so, learn) => learn(so, updates));
}
