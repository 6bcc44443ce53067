using Tributary.Federation.Ledger;

namespace Tributary.Federation.Rounds;

/// <summary>What happened in a round, written at its commit.</summary>
/// <param name="Round">Its number, from 1; also the version it committed.</param>
/// <param name="Cohort">Clients that were asked, in id order.</param>
/// <param name="Participants">Clients whose updates were joined, in id order.</param>
/// <param name="TrainLoss">Mean of the participants' training losses, weighted by examples.</param>
/// <param name="Metrics">What was measured while joining ("aggregation_error", "truncation_error"), and by the evaluator on the new model.</param>
/// <param name="Traffic">What travelled, per client and exchange.</param>
/// <param name="Seconds">Time the round took.</param>
public sealed record RoundReport(
    int Round,
    IReadOnlyList<string> Cohort,
    IReadOnlyList<string> Participants,
    double TrainLoss,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<Traffic> Traffic,
    double Seconds)
{
    /// <summary>Time in which its clients worked: from the first order to the last answer that counts, in all exchanges; without joining and evaluation.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>When its last answer arrived, in seconds of the pool's clock.</summary>
    public double Clock { get; init; }

    /// <summary>For each participant how many versions were made since the one that it started from; null in a journal of an earlier version.</summary>
    public IReadOnlyList<int>? Staleness { get; init; }

    /// <summary>Pieces of work that were called off at its end, being too old to count from then on.</summary>
    public int CalledOff { get; init; }
}
