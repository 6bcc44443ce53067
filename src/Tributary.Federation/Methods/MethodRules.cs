using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Paces;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.None;

namespace Tributary.Federation.Methods;

/// <summary>Combinations and settings that cannot hold: refused before anything runs, with the reason.</summary>
public static class MethodRules
{
    private const int MostClients = 1_000_000;

    /// <summary>One line for each reason why a method cannot run; empty when it can.</summary>
    public static IReadOnlyList<string> Refusals(Method method) =>
        [.. RoundsOf(method.Schedule).SelectMany(round => Check(method.At(round))).Concat(PaceChecks.CheckRounds(method, RoundsOf(method.Schedule))).Distinct(StringComparer.Ordinal)];

    // One round of every set of overrides.
    internal static IEnumerable<int> RoundsOf(Schedule schedule) => schedule switch
    {
        Schedule.Cycle cycle => Enumerable.Range(1, Math.Max(1, cycle.List.Count)),
        Schedule.Stages stages => stages.List.Select(stage => Math.Max(1, stage.From)).Prepend(1),
        _ => [1, 2],
    };

    /// <summary>One line for each part that could not hold whatever the others are: what a setting elsewhere replaces must be sound too.</summary>
    public static IEnumerable<string> RefusalsOfReplaceable(Method method) =>
    [
        .. method.Adaptation.Problems().Select(problem => $"adaptation: {problem}"),
        .. method.Cohort is Cohort.Uniform { Fraction: not (> 0 and <= 1) } ? ["method.cohort: fraction must be above 0 and at most 1"] : Array.Empty<string>(),
        .. method.Cohort is Cohort.Uniform { Count: < 1 or > MostClients } ? [$"method.cohort: count must be from 1 to {MostClients}"] : Array.Empty<string>(),
        .. method.LocalProgram.Phases.SelectMany(PhaseRules.CheckReplaceable),
    ];

    private static IEnumerable<string> Check(Method method) =>
    [
        .. RefusalsOfReplaceable(method),
        .. Together(method),
        .. CapacityChecks.Check(method),
        .. ModuleChecks.Check(method),
        .. ReceiverChecks.Check(method),
        .. MessageChecks.Check(method),
        .. AdapterChecks.Check(method),
        .. EstimatorChecks.Check(method),
        .. PaceChecks.Check(method),
        .. EdgeChecks.Check(method),
        .. CutChecks.Check(method),
        .. method.Combine is Combine.TrimmedMean { Fraction: not (>= 0 and < 0.5) } ? ["method.combine: fraction must be from 0 to below 0.5"] : Array.Empty<string>(),
        .. ServerStep(method.ServerStep),
        .. method.LocalProgram.Phases.SelectMany(PhaseRules.CheckTogether),
    ];

    private static IEnumerable<string> Together(Method method)
    {
        var hooked = method.LocalProgram.Phases.Any(phase => phase.Hooks.Any(hook => hook is Hook.ControlVariate));
        if (hooked != method.ServerStep is ServerStep.ControlVariates)
        {
            yield return "control variates need both method.server_step: control_variates and the hook control_variate in method.local_program";
        }

        if (HandsOver(method.Sharing) && method is not { Cohort: Cohort.All, Pace: Pace.WholeCohort })
        {
            yield return "method.sharing: what is handed over must reach everyone; set method.cohort: all and method.pace: whole_cohort";
        }

        if (method.ServerStep is Parts.ServerStep.SalientFirst && (PaceRules.Overlaps(method.Pace) || method is not
            { Adaptation: FullConfig, LocalProgram.Cut: null, Sharing: Sharing.AllShared, Initialisation: Initialisation.Standard, Codec.Up: Encoding.Values { Selection: null } or Encoding.Deltas { Selection: null, ErrorFeedback: false } }))
        {
            yield return "method.server_step: salient_first needs adaptation: full, all of it shared, and clients who keep nothing from round to round, because units change their places";
        }

        if (method.Serving is Serving.Global { Density: not (> 0 and <= 1) })
        {
            yield return "method.serving: density must be above 0 and at most 1";
        }

        if (method.Serving is Serving.OwnEntries && method.Capacity is not Capacity.Pruned)
        {
            yield return "method.serving: own_entries needs method.capacity: pruned, by which clients have entries of their own";
        }

        if (method is { Sharing: Sharing.AllPrivate, Serving: Serving.Global })
        {
            yield return "method.sharing: with all tensors private there is no global model to serve; set method.serving: global_and_private";
        }

        if (method.Cohort is Cohort.Union && method is not { Capacity: Capacity.Uniform, Dispatch: Dispatch.Broadcast, Serving: Serving.Global, Schedule: Schedule.Constant })
        {
            yield return "method.cohort: union is one training on the rows of all; set method.capacity: uniform, method.dispatch: broadcast, method.serving: global and method.schedule: constant";
        }

        if (method.LocalProgram.Phases.Count == 0)
        {
            yield return "method.local_program: at least one phase is needed";
        }

        if (method.Adaptation is NoneConfig && method.LocalProgram.Phases.Count > 0)
        {
            yield return "adaptation: none leaves nothing to train; choose lora, full, head or another kind";
        }
    }

    private static bool HandsOver(Sharing sharing) => (sharing switch
    {
        Sharing.ByRole byRole => byRole.Roles.Values.Append(byRole.Others),
        Sharing.ByName byName => byName.Ends.Values.Append(byName.Others),
        Sharing.ByAdapter byAdapter => byAdapter.Adapters.Values.Append(byAdapter.Others),
        _ => [],
    }).Any(visibility => visibility is Visibility.Handed or Visibility.Kept);

    private static IEnumerable<string> ServerStep(ServerStep step)
    {
        var (rate, decays, tau) = step switch
        {
            Parts.ServerStep.Replace s => (s.LearningRate, Array.Empty<double>(), 1.0),
            Parts.ServerStep.Momentum s => (s.LearningRate, [s.Beta], 1.0),
            Parts.ServerStep.Adagrad s => (s.LearningRate, [s.Beta1], s.Tau),
            Parts.ServerStep.Adam s => (s.LearningRate, [s.Beta1, s.Beta2], s.Tau),
            Parts.ServerStep.Yogi s => (s.LearningRate, [s.Beta1, s.Beta2], s.Tau),
            Parts.ServerStep.AdamW s => (s.LearningRate, [s.Beta1, s.Beta2], s.Epsilon),
            _ => (1.0, [], 1.0),
        };
        if (!(rate > 0 && double.IsFinite(rate)))
        {
            yield return "method.server_step: learning_rate must be above 0";
        }

        if (decays.Any(beta => beta is not (>= 0 and < 1)))
        {
            yield return "method.server_step: betas must be from 0 to below 1";
        }

        if (!(tau > 0 && double.IsFinite(tau)))
        {
            yield return "method.server_step: tau and epsilon must be above 0";
        }

        if (step is Parts.ServerStep.Balanced balanced && !(balanced is { Power: >= 0, Most: >= 1 } && double.IsFinite(balanced.Power) && double.IsFinite(balanced.Most)))
        {
            yield return "method.server_step: balanced needs a power of at least 0 and most of at least 1";
        }

        if (step is Parts.ServerStep.AdamW { WeightDecay: not (>= 0 and <= 1e6) })
        {
            yield return "method.server_step: weight_decay must be from 0 to 1000000";
        }

        if (step is Parts.ServerStep.ControlVariates control)
        {
            foreach (var inner in control.Model is Parts.ServerStep.ControlVariates ? ["method.server_step: control variates cannot be nested"] : ServerStep(control.Model))
            {
                yield return inner;
            }
        }

        foreach (var inner in step is Parts.ServerStep.Generator generator ? ServerStep(generator.Step) : [])
        {
            yield return inner;
        }
    }
}
