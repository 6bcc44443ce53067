using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Sharings;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Methods;

/// <summary>What rules need that look at the two factors of a LoRA module together, one line for each that is missing.</summary>
internal static class ModuleChecks
{
    public static IEnumerable<string> Check(Method method)
    {
        if (method.Combine is Combine.Product)
        {
            foreach (var reason in NeedsFactors(method, "method.combine: product"))
            {
                yield return reason;
            }

            if (method.ServerStep is not ServerStep.Replace { LearningRate: 1 })
            {
                yield return "method.combine: product needs method.server_step: replace, because factors of two rounds do not belong together";
            }
        }

        if (method.Combine is Combine.Stacked != method.ServerStep is ServerStep.MergeToBase)
        {
            yield return "method.combine: stacked and method.server_step: merge_to_base need each other: stacked factors have no place but the base";
        }

        if (method.Initialisation is Initialisation.Fresh && method.ServerStep is not (ServerStep.MergeToBase or ServerStep.MergeToClusters))
        {
            yield return "method.initialisation: fresh needs method.server_step: merge_to_base or merge_to_clusters, or all that was learned is forgotten";
        }

        if (method.Initialisation is Initialisation.SvdOfBase && (IsNoLora(method) || (method.Capacity is Capacity.Ranks && method is not { Combine: Combine.Product, Capacity: Capacity.Ranks { Scale: RankScale.Common } })))
        {
            yield return "method.initialisation: svd_of_base needs adaptation: lora, not as DoRA, of one rank for all clients, or combine: product and one scale";
        }

        foreach (var reason in method.ServerStep switch
        {
            ServerStep.MergeToBase => NeedsFactors(method, "method.server_step: merge_to_base"),
            ServerStep.MergeToClusters => NeedsFactors(method, "method.server_step: merge_to_clusters"),
            ServerStep.ResidualToBase residual => NeedsFactors(method, "method.server_step: residual_to_base").Concat(Residual(method, residual)),
            ServerStep.CorrectB correct => NeedsFactors(method, "method.server_step: correct_b").Concat(Correction(method, correct)),
            _ => [],
        })
        {
            yield return reason;
        }

        if (method is { Sharing: Sharing.ByRole byRole, Adaptation.LargestRank: 0 } && byRole.Roles.Any(role => role.Key is "lora_A" or "lora_B" && role.Value != byRole.Others))
        {
            yield return "method.sharing: the two factors are told apart, which needs adaptation: lora";
        }

        if (method.Weighting is Weighting.ProductNorm)
        {
            foreach (var reason in NeedsFactors(method, "method.weighting: product_norm"))
            {
                yield return reason;
            }
        }
    }

    private static IEnumerable<string> Residual(Method method, ServerStep.ResidualToBase residual)
    {
        if (method.Combine is not Combine.Factors { Over: Normaliser.Senders } || method.Capacity is Capacity.Ranks or Capacity.Rows)
        {
            yield return "method.server_step: residual_to_base needs method.combine: factors over senders of one rank; choose capacity: uniform";
        }

        if (residual.Rank < 1)
        {
            yield return "method.server_step: residual_to_base needs a rank of at least 1";
        }
    }

    private static IEnumerable<string> Correction(Method method, ServerStep.CorrectB correct)
    {
        if (method.Combine is not Combine.Factors)
        {
            yield return "method.server_step: correct_b needs method.combine: factors, whose error it corrects";
        }

        if (!(correct.Lambda >= 0 && double.IsFinite(correct.Lambda)) || correct.Steps < 1 || !(correct.LearningRate > 0 && double.IsFinite(correct.LearningRate)))
        {
            yield return "method.server_step: correct_b needs lambda of at least 0, steps of at least 1 and a learning_rate above 0";
        }
    }

    private static bool IsNoLora(Method method) => method.Adaptation.LargestRank == 0 || method.Adaptation is LoraConfig { Dora: true };

    private static IEnumerable<string> NeedsFactors(Method method, string what)
    {
        if (IsNoLora(method))
        {
            yield return $"{what} needs adaptation: lora, and not as DoRA";
        }

        if (method.Codec.Up is not Encoding.Values)
        {
            yield return $"{what} needs method.codec.up: values";
        }

        if (!new[] { "lora_A", "lora_B" }.All(role => SharingRules.Of(method.Sharing, new TensorKey(TensorKey.MainModel, TensorKey.DefaultAdapter, 0, role, role)) == Visibility.Shared))
        {
            yield return $"{what} needs both factors of a module; share lora_A and lora_B";
        }
    }
}
