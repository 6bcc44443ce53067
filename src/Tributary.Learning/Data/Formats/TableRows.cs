using System.Globalization;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>
/// Records of a CSV or TSV table. Unless told otherwise a header is recognised by well-known column names; the label is the column so named, else the first or
/// last column when it holds integers only; the text is every other column that is not made of integers. Both are added as fields <c>label</c> and <c>text</c>.
/// </summary>
internal static class TableRows
{
    private static readonly string[] LabelNames = ["label", "Label", "labels", "Quality", "class", "category", "sentiment", "target", "score"];
    private static readonly HashSet<string> HeaderNames = new(
        [.. LabelNames, "text", "sentence", "sentence1", "sentence2", "question", "title", "description", "instruction", "input", "output", "context", "response", "index", "id"],
        StringComparer.Ordinal);

    public static List<TableRecord> Read(ReadOnlySpan<byte> bytes, string path, byte separator, DataColumns columns)
    {
        var rows = DelimitedText.Rows(bytes, separator, path);
        if (rows.Count == 0)
        {
            return [];
        }

        var header = columns.Header ?? Array.Exists(rows[0].Cells, HeaderNames.Contains);
        string[] names = header ? rows[0].Cells : [.. Enumerable.Range(1, rows[0].Cells.Length).Select(number => $"column{number}")];
        RequireDistinct(names, path);
        if (header)
        {
            rows.RemoveAt(0);
        }

        var integers = IntegerColumns(rows, names.Length);
        int[] label = columns.Label is { } wanted ? [.. wanted.Select(name => IndexOf(names, name, path))] : DefaultLabel(names, integers) is { } found ? [found] : [];
        var pair = columns.Pair is { } second ? IndexOf(names, second, path) : -1;
        int[] text = columns.Text is { } chosen
            ? [.. chosen.Select(name => IndexOf(names, name, path))]
            : [.. Enumerable.Range(0, names.Length).Where(column => !label.Contains(column) && column != pair && !integers[column])];
        return rows.ConvertAll(row => new TableRecord(path, row.Line, Cells(row.Cells, names, label, text, pair)));
    }

    private static Dictionary<string, string> Cells(string[] cells, string[] names, int[] label, int[] text, int pair)
    {
        var record = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var column = 0; column < names.Length; column++)
        {
            record[names[column]] = cells[column];
        }

        if (label.Length > 0)
        {
            record["label"] = label is [var index] ? cells[index].Trim() : Indicated.Labels(label.Select(column => (names[column], cells[column])));
        }

        if (pair >= 0)
        {
            record["text_pair"] = cells[pair];
        }

        if (text.Length > 0)
        {
            record["text"] = string.Join(' ', text.Select(column => cells[column]));
        }

        return record;
    }

    private static int? DefaultLabel(string[] names, bool[] integers)
    {
        foreach (var known in LabelNames)
        {
            if (Array.IndexOf(names, known) is >= 0 and var column)
            {
                return column;
            }
        }

        var named = Array.Exists(names, HeaderNames.Contains);
        return (named, integers[0], integers[^1]) switch
        {
            (true, _, _) => null,
            (_, true, _) => 0,
            (_, _, true) => names.Length - 1,
            _ => null,
        };
    }

    private static bool[] IntegerColumns(List<(int Line, string[] Cells)> rows, int count)
    {
        var integers = new bool[count];
        Array.Fill(integers, rows.Count > 0);
        foreach (var (_, cells) in rows)
        {
            for (var column = 0; column < count; column++)
            {
                integers[column] = integers[column] && long.TryParse(cells[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            }
        }

        return integers;
    }

    private static int IndexOf(string[] names, string name, string path) => Array.IndexOf(names, name) is >= 0 and var index
        ? index
        : throw new InputException($"{path}: no column '{name}'; the table has {string.Join(", ", names)}");

    private static void RequireDistinct(string[] names, string path)
    {
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"{path} line 1: the column '{twice.Key}' stands twice in the header");
        }
    }
}
