using System.Globalization;

namespace Tributary.Simulation.Partitioning;

/// <summary>Names of simulated owners.</summary>
internal static class ClientNames
{
    private const int MaxLength = 60;

    /// <summary>client-00, client-01, …, wide enough that their order is ordinal.</summary>
    public static string Numbered(int client, int clients)
    {
        var width = Math.Max(2, (clients - 1).ToString(CultureInfo.InvariantCulture).Length);
        return "client-" + client.ToString($"D{width}", CultureInfo.InvariantCulture);
    }

    /// <summary>Names made of texts from data: letters, digits, '-', '_' and '.' stay; what comes out alike is numbered.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> texts)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var text in texts)
        {
            var plain = Plain(text);
            var name = plain;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{plain}-{number}");
            }

            names.Add(name);
        }

        return names;
    }

    private static string Plain(string text)
    {
        var kept = text.Trim().Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '-');
        var name = string.Concat(kept.Take(MaxLength)).TrimStart('.', '-');
        return name.Length > 0 ? name : "unnamed";
    }
}
