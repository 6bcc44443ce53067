using System.Text.Json;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Methods;

/// <summary>
/// Which adapters an experiment may give a method: settings of the kind that it trains itself. LoRA is what all methods train unless they say otherwise, so one that trains LoRA
/// takes any kind of which its other parts do not need LoRA.
/// </summary>
public static class AdaptationFit
{
    /// <summary>Whether a method can train these adapters and still be itself.</summary>
    public static bool Takes(Method method, AdapterConfig settings) =>
        IsOfItsKind(method, settings) || (method.Adaptation is LoraConfig && MethodRules.Refusals(method with { Adaptation = settings }).Count == 0);

    /// <summary>Whether a method trains adapters of that kind itself, one of several among them.</summary>
    public static bool IsOfItsKind(Method method, AdapterConfig settings) =>
        method.Adaptation.GetType() == settings.GetType() || (method.Adaptation is SeveralConfig several && several.Has(settings.GetType()));

    /// <summary>What experiment files call a kind.</summary>
    public static string KindOf(AdapterConfig settings) => JsonSerializer.SerializeToNode(settings, PartsJson.Default.AdapterConfig)!["kind"]!.GetValue<string>();
}
