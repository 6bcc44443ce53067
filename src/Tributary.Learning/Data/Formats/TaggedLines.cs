using System.Globalization;
using System.Text;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>
/// Sentences in lines of columns between blanks or tabs, one word each, with a blank line between sentences (Tjong Kim Sang and De Meulder 2003). Words stand in the first
/// column and tags in the last, unless <c>column2</c> and the like say otherwise; lines that begin a document (-DOCSTART-) are left out.
/// </summary>
internal static class TaggedLines
{
    private static readonly Dictionary<string, string> NoFields = [];

    public static List<Example> Read(ReadOnlySpan<byte> bytes, string path, DataColumns columns)
    {
        var examples = new List<Example>();
        var (tokens, tags) = (new List<string>(), new List<string>());
        var (number, width, size) = (0, 0, 0);
        foreach (var range in bytes.Split((byte)'\n'))
        {
            number++;
            var line = bytes[range];
            size += line.Length;
            RowSize.Require(size, path, number);
            var cells = Encoding.UTF8.GetString(line).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 0 || cells[0] == "-DOCSTART-")
            {
                End();
                continue;
            }

            width = width == 0 ? cells.Length : width;
            if (cells.Length != width || width < 2)
            {
                throw new InputException($"{path} line {number}: {cells.Length} columns, expected {(width < 2 ? "a word and its tag" : $"{width} as before")}");
            }

            tokens.Add(cells[Column(columns.Text?[0], 0, width, path)]);
            tags.Add(cells[Column(columns.Label?[0], width - 1, width, path)]);
        }

        End();
        return examples;

        void End()
        {
            size = 0;
            if (tokens.Count > 0)
            {
                examples.Add(new TokensExample([.. tokens], [.. tags], NoFields));
                tokens.Clear();
                tags.Clear();
            }
        }
    }

    private static int Column(string? name, int otherwise, int width, string path)
    {
        if (name is null)
        {
            return otherwise;
        }

        return name.StartsWith("column", StringComparison.Ordinal) && int.TryParse(name.AsSpan("column".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= width
            ? number - 1
            : throw new InputException($"{path}: no column '{name}'; the lines have column1 to column{width}");
    }
}
