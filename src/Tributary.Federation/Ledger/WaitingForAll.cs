using Tributary.Federation.Parts;
using Tributary.Federation.Results;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>What a run that does not wait for all clients is held against: the same cohorts at the same speeds, each round waiting for its slowest client.</summary>
public static class WaitingForAll
{
    /// <summary>The rounds of such a run, by the clock; where lengths depend on data as if all were longest. Empty where a round has more than one exchange.</summary>
    /// <param name="plan">The run, whatever its pace.</param>
    /// <param name="initial">The model before the first round.</param>
    public static IEnumerable<Waiting> Of(RunPlan plan, ParameterSet initial)
    {
        if (Exchange.Of(plan.Method).Count > 1)
        {
            yield break;
        }

        var (times, clock) = (plan.AnswerTimes, 0.0);
        foreach (var round in TrafficForecast.Of(plan with { Method = plan.Method with { Pace = new Pace.WholeCohort() } }, initial))
        {
            clock += round.Cohort.Zip(round.Each, (client, bytes) => times.Done(client, round.Round - 1, bytes.Most.Down) + times.OnTheWire(client, new TrafficSum(bytes.Most.Up, default))).Max();
            yield return new Waiting(clock, round.Cohort.Count);
        }
    }
}
