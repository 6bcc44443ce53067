using YamlDotNet.RepresentationModel;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;

namespace Tributary.Federation.Experiments;

/// <summary>
/// Reads <c>adaptation</c>: settings for the kind of adapter that a method trains, what is not named staying the method's own; another kind where the method takes it; or
/// <c>own</c>, the method's own as if nothing were said.
/// </summary>
internal sealed class AdaptationReader(PartReader parts, Section root)
{
    private const string Key = "adaptation";
    private const string Own = "own";

    private YamlNode? Node => root.Node(Key) is YamlScalarNode { Value: Own } ? null : root.Node(Key);

    /// <summary>What the method trains in this experiment.</summary>
    public AdapterConfig Read(Method method)
    {
        if (Node is not { } node)
        {
            return method.Adaptation;
        }

        var settings = Over(node, method.Adaptation);
        return !AdaptationFit.IsOfItsKind(method, settings) ? method.Adaptation is LoraConfig ? settings : method.Adaptation
            : settings is not SeveralConfig && method.Adaptation is SeveralConfig several ? several.WithEvery(settings.GetType(), adapter => Over(node, adapter))
            : settings;
    }

    /// <summary>Why the adapters named do not go with the method; null when they do, or when other checks say it.</summary>
    public string? Misfit(Method method)
    {
        if (Node is not { } node || method.Adaptation is LoraConfig || Over(node, method.Adaptation) is not { } settings || AdaptationFit.IsOfItsKind(method, settings))
        {
            return null;
        }

        return $"adaptation: {AdaptationFit.KindOf(settings)} does not go with {method.Id}, which trains {Trained(method.Adaptation)}; leave it out or write 'adaptation: own', "
            + $"or make another method of it with 'method: {{ base: {method.Id}, adaptation: … }}'";
    }

    private static string Trained(AdapterConfig adaptation) => adaptation is SeveralConfig several
        ? string.Join(" and ", several.Adapters.Values.Select(AdaptationFit.KindOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        : AdaptationFit.KindOf(adaptation);

    private AdapterConfig Over(YamlNode node, AdapterConfig own) => parts.ReadOver(node, PartsJson.Default.AdapterConfig, Key, own);
}
