using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Methods;

/// <summary>A method as its fourteen parts, each as JSON: to show, and to find what it has in common with others.</summary>
public static class MethodParts
{
    private static readonly string[] Names =
    [
        "adaptation", "sharing", "initialisation", "capacity", "cohort", "pace", "local_program", "codec", "weighting", "combine", "server_step", "dispatch", "serving", "schedule",
    ];

    /// <summary>The parts by name, in the order of the questions they answer.</summary>
    public static JsonObject Of(Method method)
    {
        var node = JsonSerializer.SerializeToNode(method, PartsJson.Default.Method)!.AsObject();
        return new JsonObject(Names.Select(name => KeyValuePair.Create(name, node[name]?.DeepClone())));
    }

    /// <summary>The names of the parts in which two methods differ.</summary>
    public static IReadOnlyList<string> Difference(Method one, Method other)
    {
        var (mine, theirs) = (Of(one), Of(other));
        return [.. Names.Where(name => !JsonNode.DeepEquals(mine[name], theirs[name]))];
    }

    /// <summary>The method before this one in the catalogue that differs in the fewest parts, the earliest of several; null for the first.</summary>
    public static Method? NearestRelative(Method method) =>
        Catalogue.All.TakeWhile(other => other.Id != method.Id).MinBy(other => Difference(method, other).Count);
}
