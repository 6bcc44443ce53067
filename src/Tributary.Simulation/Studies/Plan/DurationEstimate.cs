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
internal sealed class DurationEstimate(RunSetup setup, IReadOnlyDictionary<Backbone, MeasuredSteps> steps)
{
    private readonly Dictionary<string, OwnerData> trainers = setup.Trainers.ToDictionary(trainer => trainer.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, double> trained = new(StringComparer.Ordinal);
    private double roundSeconds;

    /// <summary>Seconds from beginning to end.</summary>
    public double Seconds => roundSeconds + Baselines + Evaluations + FirstTimes;

    // Seconds of one measurement of every owner's held-out rows.
    private double EvaluationSeconds => setup.Owners.Sum(owner => HeldOut(owner) * PerToken(setup.MeasuredOn(owner.Id)).Evaluation);

    private double FirstTimes => SideBySide(
        trained.Sum(one => one.Value * More(setup.Backbones.Of(one.Key)).Training) + setup.Owners.Sum(owner => HeldOut(owner) * More(setup.MeasuredOn(owner.Id)).Evaluation), setup.Owners.Count);

    /// <summary>Adds a round.</summary>
    public void Add(RoundForecast round)
    {
        var seconds = 0.0;
        foreach (var client in round.Cohort)
        {
            var (rows, tokens) = (trainers[client].Train, setup.RoundsAtOnce * Tokens(round.Method, trainers[client].Train));
            trained[client] = Math.Min(trained.GetValueOrDefault(client) + tokens, rows.Tokens);
            seconds += tokens * PerToken(setup.Backbones.Of(client)).Training;
        }

        roundSeconds += SideBySide(seconds, round.Cohort.Count);
    }

    private double Baselines
    {
        get
        {
            var method = setup.Method;
            var rounds = setup.Rounds * setup.RoundsAtOnce;
            var alone = setup.LocalBaseline ? rounds * setup.Owners.Sum(owner => Training(setup.Backbones.Of(owner.Id), method, owner.Train)) : 0;
            if (!setup.PooledBaseline)
            {
                return SideBySide(alone, setup.Owners.Count);
            }

            var union = TokenizedDataset.Join([.. setup.Owners.Select(owner => owner.Train)]);
            var pooled = rounds * Training(setup.Backbones.Own, method with { LocalProgram = method.LocalProgram.ForClients(CohortRules.Joined(method, setup.Owners.Count)) }, union);
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
            return SideBySide(times * EvaluationSeconds, setup.Owners.Count);
        }
    }

    private static long HeldOut(OwnerData owner) => owner.Validation?.Tokens ?? 0;

    private (double Training, double Evaluation) PerToken(Backbone backbone) =>
        steps[backbone].Again ?? (steps[backbone].Training.SecondsPerToken, steps[backbone].Evaluation.SecondsPerToken);

    // By how much the first time costs more than later ones.
    private (double Training, double Evaluation) More(Backbone backbone)
    {
        var (first, again) = (steps[backbone], PerToken(backbone));
        return (first.Training.SecondsPerToken - again.Training, first.Evaluation.SecondsPerToken - again.Evaluation);
    }

    private double Training(Backbone backbone, Method method, TokenizedDataset data) => Tokens(method, data) * PerToken(backbone).Training;

    private static double Tokens(Method method, TokenizedDataset data) => method.LocalProgram.Phases.Sum(phase =>
    {
        var perPass = phase.StepsOver(data.Count) / (double)((data.Count + phase.SamplesPerStep - 1) / phase.SamplesPerStep);
        return (perPass + (method.Capacity is Capacity.Slots ? 1 : 0)) * data.Tokens; // slots are chosen by a trial epoch
    });

    // A version whose answers come from earlier ones asks nobody.
    private double SideBySide(double seconds, int clients) => seconds / Math.Clamp(clients, 1, setup.Parallel);
}
