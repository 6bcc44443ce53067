using System.Text;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>
/// Splits CSV (RFC 4180: quoted fields, doubled quotes, line ends inside quotes) and TSV (no quoting: a quote is an ordinary character) into rows of cells.
/// </summary>
internal static class DelimitedText
{
    /// <summary>Rows with the line, counted from 1, on which each begins; all have the same number of cells, blank lines are skipped.</summary>
    public static List<(int Line, string[] Cells)> Rows(ReadOnlySpan<byte> text, byte separator, string path)
    {
        var quoting = separator != '\t';
        var rows = new List<(int Line, string[] Cells)>();
        var cells = new List<string>();
        var (position, line) = (0, 1);
        while (position < text.Length)
        {
            var (rowStart, rowLine) = (position, line);
            cells.Clear();
            bool ended;
            do
            {
                var quoted = quoting && position < text.Length && text[position] == '"';
                var cell = quoted ? Quoted(text, separator, ref position, ref line, path) : Bare(text, separator, ref position);
                RowSize.Require(position - rowStart, path, rowLine);
                var content = Encoding.UTF8.GetString(cell);
                cells.Add(quoted ? content.Replace("\"\"", "\"", StringComparison.Ordinal) : content);
                ended = EndOfRow(text, separator, ref position, ref line);
            }
            while (!ended);

            if (cells.Count == 1 && string.IsNullOrWhiteSpace(cells[0]))
            {
                continue;
            }

            if (rows.Count > 0 && rows[0].Cells.Length != cells.Count)
            {
                throw new InputException($"{path} line {rowLine}: {cells.Count} columns, the first row has {rows[0].Cells.Length}");
            }

            rows.Add((rowLine, cells.ToArray()));
        }

        return rows;
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> text, byte separator, ref int position)
    {
        var length = text[position..].IndexOfAny(separator, (byte)'\n');
        var end = length < 0 ? text.Length : position + length;
        var cell = text[position..end];
        var atLineEnd = end == text.Length || text[end] == '\n';
        position = end;
        return atLineEnd ? cell.TrimEnd((byte)'\r') : cell;
    }

    // Between the quotes, those inside it still doubled.
    private static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> text, byte separator, ref int position, ref int line, string path)
    {
        var start = ++position;
        while (true)
        {
            var length = text[position..].IndexOf((byte)'"');
            if (length < 0)
            {
                throw new InputException($"{path} line {line}: a quoted field is never closed");
            }

            position += length + 1;
            if (position == text.Length || text[position] != '"')
            {
                break;
            }

            position++;
        }

        var cell = text[start..(position - 1)];
        line += cell.Count((byte)'\n');
        if (position < text.Length && text[position] == '\r')
        {
            position++;
        }

        return position == text.Length || text[position] == separator || text[position] == '\n'
            ? cell
            : throw new InputException($"{path} line {line}: text after the closing quote of a field; double the quotes inside a field");
    }

    private static bool EndOfRow(ReadOnlySpan<byte> text, byte separator, ref int position, ref int line)
    {
        if (position == text.Length)
        {
            return true;
        }

        if (text[position++] == separator)
        {
            return false;
        }

        line++;
        return true;
    }
}
