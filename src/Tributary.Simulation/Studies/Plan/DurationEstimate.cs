using Tributary.Federation.Ledger;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Learning.Data.Tokenized;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Plan;

/// <summary>
/// Extrapolates measured seconds per token to a whole simulation: rounds, baselines and evaluations, as many clients side by side as the run has learners. With frozen lower
/// blocks every sample costs more the first time. An estimate: files, sample texts, what clients that run side by side cost each other and what they save by passing the
/// backbone together are left out.
/// </summary>
internal sealed class DurationEstimate(RunSetup setup, MeasuredSteps steps)
{
    private readonly Dictionary<string, OwnerData> trainers = setup.Trainers.ToDictionary(trainer => trainer.Id, StringComparer.Ordinal);
    private readonly long heldOut = setup.Owners.Sum(owner => owner.Validation?.Tokens ?? 0);
    private double roundSeconds;
    private double trained;

    /// <summary>Seconds from beginning to end.</summary>
    public double Seconds => roundSeconds + Baselines + Evaluations + FirstTimes;

    private (double Training, double Evaluation) PerToken => steps.Again ?? (steps.Training.SecondsPerToken, steps.Evaluation.SecondsPerToken);

    private double FirstTimes
    {
        get
        {
            var training = Math.Min(trained, setup.Owners.Sum(owner => owner.Train.Tokens)) * (steps.Training.SecondsPerToken - PerToken.Training);
            return SideBySide(training + (heldOut * (steps.Evaluation.SecondsPerToken - PerToken.Evaluation)), setup.Owners.Count);
        }
    }

    /// <summary>Adds a round.</summary>
    public void Add(RoundForecast round)
    {
        var tokens = setup.RoundsAtOnce * round.Cohort.Sum(client => Tokens(round.Method, trainers[client].Train));
        trained += tokens;
        roundSeconds += SideBySide(tokens * PerToken.Training, round.Cohort.Count);
    }

    private double Baselines
    {
        get
        {
            var method = setup.Method;
            var rounds = setup.Rounds * setup.RoundsAtOnce;
            var alone = setup.LocalBaseline ? rounds * setup.Owners.Sum(owner => Training(method, owner.Train)) : 0;
            if (!setup.PooledBaseline)
            {
                return SideBySide(alone, setup.Owners.Count);
            }

            var union = TokenizedDataset.Join([.. setup.Owners.Select(owner => owner.Train)]);
            var pooled = rounds * Training(method with { LocalProgram = method.LocalProgram.ForClients(CohortRules.Joined(method, setup.Owners.Count)) }, union);
            return Math.Max(pooled, SideBySide(alone + pooled, setup.Owners.Count));
        }
    }

    // Before the first round, in rounds that are measured, at the end by loss and by accuracy, and each baseline.
    private double Evaluations
    {
        get
        {
            var measured = (setup.Rounds / setup.EvaluateEvery) + (setup.Rounds % setup.EvaluateEvery == 0 ? 0 : 1);
            var times = 3 + measured + (setup.LocalBaseline ? setup.Owners.Count : 0) + (setup.PooledBaseline ? 1 : 0);
            return SideBySide(times * heldOut * PerToken.Evaluation, setup.Owners.Count);
        }
    }

    private double Training(Method method, TokenizedDataset data) => Tokens(method, data) * PerToken.Training;

    private static double Tokens(Method method, TokenizedDataset data) => method.LocalProgram.Phases.Sum(phase =>
    {
        var perPass = phase.StepsOver(data.Count) / (double)((data.Count + phase.SamplesPerStep - 1) / phase.SamplesPerStep);
        return (perPass + (method.Capacity is Capacity.Slots ? 1 : 0)) * data.Tokens; // slots are chosen by a trial epoch
    });

    // A version whose answers come from earlier ones asks nobody.
    private double SideBySide(double seconds, int clients) => seconds / Math.Clamp(clients, 1, setup.Parallel);
}
