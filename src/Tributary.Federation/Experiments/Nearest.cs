namespace Tributary.Federation.Experiments;

/// <summary>The nearest known name to one that is not known.</summary>
public static class Nearest
{
    private const int MostListed = 24;
    private const int MostAlike = 3;

    /// <summary>"; did you mean 'x'?" when known names are near enough to be a slip, otherwise the known names if they are few, otherwise nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var nearest = names.GroupBy(candidate => Distance(name, candidate)).MinBy(group => group.Key);
        if (nearest is not null && nearest.Key <= Math.Max(2, name.Length / 3))
        {
            return $"; did you mean {string.Join(" or ", nearest.Take(MostAlike).Select(best => $"'{best}'"))}?";
        }

        return names.Length is > 0 and <= MostListed ? $"; known are {string.Join(", ", names)}" : "";
    }

    /// <summary>Edits (insert, delete, replace, exchange of neighbours) that turn one text into the other, upper and lower case alike.</summary>
    internal static int Distance(string a, string b)
    {
        var (before, above) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray());
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(above[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1), Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
