using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Whether two adapters have the same settings, as written: lists in them are compared by what they hold.</summary>
    public static bool AreAlike(AdapterConfig one, AdapterConfig other) => JsonNode.DeepEquals(Node(one), Node(other));

    /// <summary>What experiment files call a kind.</summary>
    public static string KindOf(AdapterConfig settings) => Node(settings)["kind"]!.GetValue<string>();

    private static JsonNode Node(AdapterConfig settings) => JsonSerializer.SerializeToNode(settings, PartsJson.Default.AdapterConfig)!;
}
