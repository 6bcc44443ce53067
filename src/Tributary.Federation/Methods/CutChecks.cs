using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Cuts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Exits;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

/// <summary>What a model needs that is cut in two, one line for each part that stands in the way and what to write instead.</summary>
internal static class CutChecks
{
    private const string What = "method.local_program: cut";

    public static IEnumerable<string> Check(Method method)
    {
        var exits = CutRules.ExitsOf(method);
        if (method.LocalProgram.Cut is not { } cut)
        {
            if (exits is not null)
            {
                yield return "adaptation: exits need method.local_program: cut, where clients learn at them";
            }

            yield break;
        }

        if (exits?.Blocks is { } places && cut.Blocks.FirstOrDefault(blocks => !places.Contains(blocks)) is var missing and > 0)
        {
            yield return $"{What} has no exit behind {missing} blocks; name the same blocks in adaptation: exits, or none there";
        }

        if (cut.Blocks.Count == 0 || cut.Blocks.Any(blocks => blocks < 1))
        {
            yield return $"{What} needs blocks of at least 1";
        }
        else if (cut.ByClient?.Values.Any(most => most < cut.Blocks.Min()) == true)
        {
            yield return $"{What}: a client has fewer blocks than lie below the first cut, {cut.Blocks.Min()}; add a smaller number to blocks";
        }

        if (cut.Upper == UpperCopies.One && cut.Blocks.Distinct().Count() > 1)
        {
            yield return $"{What} behind several blocks needs upper: each: blocks between two cuts are joined from clients who hold them and from the others' replicas";
        }

        if (!IsLora(method.Adaptation))
        {
            yield return $"{What} needs adaptation: lora without DoRA, alone or with exits";
        }

        if (!CohortRules.Travels(method.Cohort))
        {
            yield return $"{What} needs clients of their own, who come to the server one after another; choose another method.cohort";
        }

        foreach (var (_, part) in OtherParts(method).Where(other => !other.Goes))
        {
            yield return $"{What} needs method.{part}";
        }

        foreach (var reason in Program(method.LocalProgram))
        {
            yield return reason;
        }
    }

    private static bool IsLora(AdapterConfig adaptation) => adaptation is LoraConfig { Dora: false }
        || (adaptation is SeveralConfig several && several.Adapters.Values.Count(adapter => adapter is ExitsConfig) == 1 && several.Adapters.Values.Where(adapter => adapter is not ExitsConfig).ToArray() is [LoraConfig { Dora: false }]);

    // Of each other part the one choice that a cut goes with, for it says by itself who holds what.
    private static IEnumerable<(bool Goes, string Part)> OtherParts(Method method) =>
    [
        (method.Capacity is Capacity.Uniform { Depths: null }, "capacity: uniform"),
        (method.Dispatch is Dispatch.Slice, "dispatch: slice"),
        (method.Sharing is Sharing.AllShared, "sharing: all_shared"),
        (method.Initialisation is Initialisation.Standard, "initialisation: standard"),
        (method.Serving is Serving.Global, "serving: global"),
        (method.Pace is Pace.WholeCohort, "pace: whole_cohort"),
        (method.Schedule is Schedule.Constant, "schedule: constant"),
        (method.Combine is Combine.Factors { Over: Normaliser.Senders }, "combine: factors"),
        (method.ServerStep is ServerStep.Replace, "server_step: replace"),
        (method.Codec is { Up: Encoding.Values { Number: NumberFormat.F32, Selection: null }, Down: Encoding.Values { Number: NumberFormat.F32, Selection: null } }, "codec: values, as f32 in both directions"),
    ];

    private static IEnumerable<string> Program(LocalProgram program)
    {
        if (program is not { Reports.Count: 0, Withheld: null, ClassLogits: null, PseudoLabels: null, Copies.Count: 0, Phases: [{ Estimator: Estimator.Backprop, Hooks.Count: 0, LearningRateFactors: null, Adapters: null, Mixture: null } phase] }
            || !phase.Losses.All(term => term is LossTerm.Task))
        {
            yield return $"{What} needs one phase with the task's loss, backprop, and neither hooks, mixtures nor learning_rate_factors; and no reports, class_logits, pseudo_labels or copies";
        }
    }
}
