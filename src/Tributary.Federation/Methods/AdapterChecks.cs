using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

/// <summary>What parts that speak of single adapters need, one line for each that is missing.</summary>
internal static class AdapterChecks
{
    public static IEnumerable<string> Check(Method method)
    {
        var known = method.Adaptation is SeveralConfig several ? several.Adapters.Keys.ToHashSet(StringComparer.Ordinal) : [];
        foreach (var (where, name) in Named(method).Where(use => !known.Contains(use.Name)).Distinct())
        {
            yield return $"{where} names the adapter '{name}', which is not among those of adaptation: several";
        }

        if (method.Initialisation is Initialisation.AlignedEmulator aligned
            && (aligned is not { Steps: >= 1 and <= 1_000_000, BatchSize: >= 1 and <= 65_536, LearningRate: > 0 and <= double.MaxValue, DistillationWeight: >= 0 and <= 1e6, TaskWeight: >= 0 and <= 1e6 }
                || aligned.DistillationWeight + aligned.TaskWeight == 0))
        {
            yield return "method.initialisation: aligned_emulator needs from 1 to 1000000 steps of 1 to 65536 samples, a learning_rate above 0, and weights from 0 to 1000000 that are not both 0";
        }

        if (method.ServerStep is ServerStep.FactorChange { After: < 0 })
        {
            yield return "method.server_step: factor_change needs after of at least 0";
        }

        if (method.LocalProgram.Copies.Any(copy => copy.Every < 1))
        {
            yield return "method.local_program: copies are made every 1 or more rounds";
        }

        if (method.LocalProgram.Copies.Any(copy => method.Adaptation is SeveralConfig all && all.Adapters.TryGetValue(copy.From, out var from) && all.Adapters.TryGetValue(copy.To, out var to) && !AdaptationFit.AreAlike(from, to)))
        {
            yield return "method.local_program: an adapter is copied into one with the same settings alone";
        }

        if (method.LocalProgram.Phases.Any(phase => phase.Mixture?.Values.Any(weight => !double.IsFinite(weight)) == true))
        {
            yield return "method.local_program: weights of a mixture must be finite";
        }

        foreach (var (phase, name) in method.LocalProgram.Phases.SelectMany(phase => (phase.Detached ?? []).Select(name => (phase, name))))
        {
            if (phase.Mixture?.ContainsKey(name) != true || method.Adaptation is not SeveralConfig all || all.Adapters.GetValueOrDefault(name) is not LoraConfig { Dora: false })
            {
                yield return $"method.local_program: '{name}' can be detached only where it is LoRA and in the phase's mixture";
            }
        }

        if (method.Adaptation is not LoraExpertsConfig && method.LocalProgram.Phases.Any(phase => phase.Losses.Any(term => term is LossTerm.LoadBalance)))
        {
            yield return "method.local_program: load_balance needs adaptation: lora_experts";
        }

        if (method.Serving is Serving.Fused fused && (fused.Evaluations < 1 || fused.Samples < 1 || fused.SamplesAtOnce < 1 || !(fused.Bound > 0) || !(fused.Penalty >= 0)))
        {
            yield return "method.serving: fused needs at least one evaluation, sample and sample at once, a bound above 0 and a penalty of at least 0";
        }

        if (method.Serving is Serving.ByInput byInput && (byInput.Most is not (>= 0 and <= 1) || byInput.References < 1))
        {
            yield return "method.serving: by_input needs most from 0 to 1 and at least one reference";
        }

        if (method.Serving is Serving.Neighbours near && (near.Count < 1 || near.Share is not (>= 0 and <= 1) || near.Temperature is not (> 0 and <= double.MaxValue)))
        {
            yield return "method.serving: neighbours needs a count of at least 1, a share from 0 to 1 and a temperature above 0";
        }
    }

    private static IEnumerable<(string Where, string Name)> Named(Method method) =>
    [
        .. method.LocalProgram.Phases.SelectMany(phase => (phase.Adapters ?? []).Concat(phase.Mixture?.Keys ?? [])).Select(name => ("method.local_program", name)),
        .. method.LocalProgram.Copies.SelectMany(copy => new[] { ("method.local_program", copy.From), ("method.local_program", copy.To) }),
        .. method.ServerStep is ServerStep.FactorChange change ? [("method.server_step", change.Whole), ("method.server_step", change.Low)] : Array.Empty<(string, string)>(),
        .. method.Capacity is Capacity.Entries { Adapters: { } drawn } ? drawn.Select(name => ("method.capacity", name)) : [],
        .. method.Serving is Serving.Fused fused ? [("method.serving", fused.Shared), ("method.serving", fused.Own)] : Array.Empty<(string, string)>(),
        .. method.Serving is Serving.ByInput byInput ? [("method.serving", byInput.General), ("method.serving", byInput.Own)] : Array.Empty<(string, string)>(),
    ];
}
