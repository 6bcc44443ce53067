using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;

namespace Tributary.Cli.Documents;

/// <summary>One method in the document of <c>methods --json</c>.</summary>
internal sealed record MethodDocument(
    string Id, string Name, string Summary, JsonNode? Paper, string Family, IReadOnlyList<string> Challenges, string Basis, JsonObject Parts)
{
    /// <summary>The document of a method.</summary>
    public static MethodDocument Of(Method method)
    {
        var node = JsonSerializer.SerializeToNode(method, PartsJson.Default.Method)!.AsObject();
        return new MethodDocument(
            method.Id, method.Name, method.Summary, node["paper"]?.DeepClone(), method.Family, [.. node["challenges"]!.AsArray().Select(c => c!.GetValue<string>())],
            node["basis"]!.GetValue<string>(), MethodParts.Of(method));
    }
}
