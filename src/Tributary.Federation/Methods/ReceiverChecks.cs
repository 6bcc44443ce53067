using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.PromptTuning;

namespace Tributary.Federation.Methods;

/// <summary>What parts need that make something for each receiver by itself, one line for each that is missing.</summary>
internal static class ReceiverChecks
{
    public static IEnumerable<string> Check(Method method)
    {
        var generates = method.ServerStep is ServerStep.Generator;
        if (generates != method.Dispatch is Dispatch.Generated || generates != method.Combine is Combine.Collect)
        {
            yield return "a generator on the server needs all of method.server_step: generator, method.combine: collect and method.dispatch: generated";
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
