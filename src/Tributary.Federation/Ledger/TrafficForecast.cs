using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>One round before it runs.</summary>
/// <param name="Round">Its number, counted from 1.</param>
/// <param name="Method">The parts that hold in it.</param>
/// <param name="Cohort">Whom it asks.</param>
/// <param name="Bytes">What will travel, or at most, where lengths depend on data.</param>
/// <param name="Least">What will travel at least.</param>
/// <param name="BaseElements">Numbers in the updates of base weights after it.</param>
public sealed record RoundForecast(int Round, Method Method, IReadOnlyList<string> Cohort, TrafficSum Bytes, TrafficSum Least, long BaseElements)
{
    /// <summary>What each of the cohort sends and receives at least and at most, in id order; empty where nothing travels.</summary>
    public IReadOnlyList<(TrafficSum Least, TrafficSum Most)> Each { get; init; } = [];
}

/// <summary>The exact bytes of a run before it runs: the bodies that server and clients would write, measured without training; bounds where they depend on data.</summary>
public static class TrafficForecast
{
    /// <summary>The rounds of a plan, drawn as the run will draw them.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="initial">The model before the first round.</param>
    /// <param name="asked">What a client asks in its steps, given the version that its round starts from; null is nothing.</param>
    public static IEnumerable<RoundForecast> Of(RunPlan plan, ParameterSet initial, Func<string, int, TrafficSum>? asked = null)
    {
        var (most, least) = (new RoundTraffic(plan, initial, least: false, asked), new RoundTraffic(plan, initial, least: true, asked));
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var (drawn, played, bytes, largest) = most.Next();
            var (_, _, fewest, smallest) = least.Next(played);
            yield return new RoundForecast(round, drawn.Method, played.Asked, bytes, fewest, most.BaseElements) { Each = [.. smallest.Zip(largest)] };
        }
    }
}
