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

        if (method.Weighting is Weighting.ProductNorm)
        {
            foreach (var reason in NeedsFactors(method, "method.weighting: product_norm"))
            {
                yield return reason;
            }
        }
    }

    private static IEnumerable<string> NeedsFactors(Method method, string what)
    {
        if (method.Adaptation.LargestRank == 0 || method.Adaptation is LoraConfig { Dora: true })
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
