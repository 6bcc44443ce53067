using Tributary.Numerics;

namespace Tributary.Federation.Methods;

/// <summary>Methods as a command line names them: ids and families, apart by commas.</summary>
public static class MethodSelection
{
    private const string Family = "family:";

    /// <summary>The methods of <c>a,b,family:lora</c>, each once, in the order of the catalogue.</summary>
    /// <exception cref="InputException">A name is unknown, or there is none; the message names the nearest.</exception>
    public static IReadOnlyList<Method> Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ids = names.SelectMany(Of).Select(method => method.Id).ToHashSet(StringComparer.Ordinal);
        return ids.Count > 0 ? [.. Catalogue.All.Where(method => ids.Contains(method.Id))] : throw new InputException($"'{text}' names no method; write for example fedit,family:lora");
    }

    private static IEnumerable<Method> Of(string name) => name.StartsWith(Family, StringComparison.Ordinal) ? Catalogue.OfFamily(name[Family.Length..]) : [Catalogue.Find(name)];
}
