using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;

namespace Tributary.Simulation.Runs;

/// <summary>
/// How many clients take their steps together, so that their tokens pass the backbone at once. A rule from measurements (docs/notes/small-models.md): it pays where a step has few
/// tokens and the backbone is not small. No result depends on it.
/// </summary>
/// <param name="Clients">Clients of a pass; 1 is each alone.</param>
/// <param name="TokensOfABatch">Tokens of an average batch, each of which is a row of the backbone's products.</param>
public sealed record SharedPass(int Clients, int TokensOfABatch)
{
    /// <summary>Most clients of a pass: each has values, gradient and moments of its own in memory.</summary>
    public const int MostClients = 8;

    /// <summary>The rule for a run: one client where nothing is gained or the method's clients differ in more than values.</summary>
    public static SharedPass Of(LanguageModel model, IReadOnlyList<IAdapter> adapters, IObjective objective, Method method, IReadOnlyList<OwnerData> owners)
    {
        if (owners.Count == 0)
        {
            return new SharedPass(1, 0);
        }

        var tokens = owners.Sum(owner => owner.Train.Tokens) / (double)Math.Max(1, owners.Sum(owner => owner.Train.Count));
        var rows = (int)Math.Ceiling(tokens * method.LocalProgram.Phases.Max(phase => phase.BatchSize));
        return model.ParameterCount < RunSetupReader.SmallModel || rows > JointLearner.MostRows
            || method.Schedule is not Schedule.Constant || !method.LocalProgram.Phases.All(TakesPlainSteps) || method.LocalProgram is not { PseudoLabels: null, Cut: null }
            || method.Capacity is not (Capacity.Uniform or Capacity.Rows) || method.Capacity.Depths is not null || ServerRules.ChangesBase(method.ServerStep) || !JointLearner.CanJoin(model, adapters, objective)
            ? new SharedPass(1, rows)
            : new SharedPass(Math.Min(Trainers(method.Cohort, owners.Count), Math.Min(MostClients, JointLearner.RowsPerPass / Math.Max(1, rows))), rows);
    }

    private static int Trainers(Cohort cohort, int owners) => cohort is Cohort.Union ? 1 : CohortRules.Size(cohort, owners);

    // Learners that are joined have one objective and all their adapters act.
    private static bool TakesPlainSteps(Phase phase) =>
        phase is { Estimator: Estimator.Backprop, Mixture: null } && !phase.Losses.OfType<LossTerm.ClassDistillation>().Any();
}
