using System.Text.Json.Nodes;

namespace Tributary.Cli.Documents;

/// <summary>A part of a method as an experiment file writes it.</summary>
internal static class PartText
{
    private const string Kind = "kind";

    /// <summary>The text of a part or of a setting in it.</summary>
    public static string Of(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } plain when plain[Kind] is { } kind => kind.ToString(),
        JsonObject part when part[Kind] is { } kind => $"{{ {kind}: {Settings(part)} }}",
        JsonObject settings => Settings(settings),
        JsonArray list => $"[{string.Join(", ", list.Select(Of))}]",
        null => "null",
        _ => node.ToString(),
    };

    private static string Settings(JsonObject part) => $"{{ {string.Join(", ", part.Where(pair => pair.Key != Kind).Select(pair => $"{pair.Key}: {Of(pair.Value)}"))} }}";
}
