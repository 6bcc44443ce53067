using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;

namespace Tributary.Federation.Methods;

/// <summary>What parts need that make something for each receiver by itself, one line for each that is missing.</summary>
internal static class ReceiverChecks
{
    private const int MostClasses = 4096;
    private const int MostClusters = 64;

    public static IEnumerable<string> Check(Method method)
    {
        var generates = method.ServerStep is ServerStep.Generator;
        if (generates != method.Dispatch is Dispatch.Generated || generates != method.Combine is Combine.Collect)
        {
            yield return "a generator on the server needs all of method.server_step: generator, method.combine: collect and method.dispatch: generated";
        }

        var (joins, keeps) = (method.Combine is Combine.Clusters, method.ServerStep is ServerStep.MergeToClusters);
        if (joins != keeps || joins != method.Dispatch is Dispatch.ClusterMixture || joins != method.Weighting is Weighting.ClusterPosterior || (joins && method.Initialisation is not Initialisation.Fresh))
        {
            yield return "clusters need all of method.weighting: cluster_posterior, combine: clusters, server_step: merge_to_clusters, dispatch: cluster_mixture and initialisation: fresh";
        }

        if (method.Weighting is Weighting.ClusterPosterior { Clusters: < 1 or > MostClusters } or Weighting.ClusterPosterior { WarmUp: < 0 })
        {
            yield return $"method.weighting: cluster_posterior needs 1 to {MostClusters} clusters and warm_up of at least 0";
        }

        var banks = method.Combine is Combine.Bank;
        if (banks != method.Dispatch is Dispatch.Mixture || (banks && method.LocalProgram.ClassLogits is null))
        {
            yield return "a bank on the server needs all of method.combine: bank, method.dispatch: mixture and class_logits in method.local_program";
        }

        if (banks && method.Sharing is not Sharing.AllPrivate)
        {
            yield return "method.combine: bank joins no tensors; set method.sharing: all_private";
        }

        var distils = method.LocalProgram.Phases.SelectMany(phase => phase.Losses).OfType<LossTerm.ClassDistillation>().ToArray();
        if (distils.Length > 0 && !banks)
        {
            yield return "method.local_program: class_distillation needs class_logits and method.combine: bank";
        }

        if (distils.Any(term => term.Strength is not (>= 0 and <= 1e6) || term.Temperature is not (> 0 and <= 1e6)))
        {
            yield return "method.local_program: class_distillation needs a strength of at least 0 and a temperature above 0";
        }

        if (method.LocalProgram.ClassLogits is { Classes: < 1 or > MostClasses })
        {
            yield return $"method.local_program: class_logits need a model with 1 to {MostClasses} classes; give a language model words for them in data.cloze";
        }

        if (method.LocalProgram.PseudoLabels is { } few)
        {
            if (few.Known < 1 || !(few.Growth >= 1 && double.IsFinite(few.Growth)))
            {
                yield return "method.local_program: pseudo_labels need known of at least 1 and growth of at least 1";
            }

            if (few.Classes is < 2 or > MostClasses)
            {
                yield return $"method.local_program: pseudo_labels need a model that classifies sequences, with 2 to {MostClasses} classes; give a language model words for them in data.cloze";
            }

            if (method.LocalProgram.ClassLogits is not null || method.LocalProgram.Reports.Count > 0 || distils.Length > 0)
            {
                yield return "method.local_program: pseudo_labels cannot go with class_logits, class_distillation or reports, which look at all labels";
            }
        }

        if (method.ServerStep is not ServerStep.Generator generator)
        {
            yield break;
        }

        if (method.Adaptation is not PromptTuningConfig)
        {
            yield return "method.server_step: generator needs adaptation: prompt";
        }

        if (method.Codec.Up is not Encoding.Deltas)
        {
            yield return "method.server_step: generator needs method.codec.up: deltas, because it learns from changes";
        }

        if (generator.BasisRows is < 1 or > 4096 || generator.Heads is < 1 or > 1024)
        {
            yield return "method.server_step: generator needs basis_rows from 1 to 4096 and heads from 1 to 1024";
        }

        if (generator.Step is ServerStep.Generator or ServerStep.ControlVariates)
        {
            yield return "method.server_step: a generator's own step is replace, momentum, adagrad, adam, yogi or adamw";
        }
    }
}
