namespace Tributary.Federation.Experiments;

/// <summary>The nearest known name to one that is not known.</summary>
public static class Nearest
{
    /// <summary>"; did you mean 'x'?" when a known name is near enough to be a slip, otherwise the known names if they are few, otherwise nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var best = names.MinBy(candidate => Distance(name, candidate));
        if (best is not null && Distance(name, best) <= Math.Max(2, name.Length / 3))
        {
            return $"; did you mean '{best}'?";
        }

        return names.Length is > 0 and <= 12 ? $"; known are {string.Join(", ", names)}" : "";
    }

    /// <summary>Edits (insert, delete, replace) that turn one text into the other, upper and lower case alike.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
