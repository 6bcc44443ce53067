namespace Tributary.Cli.Shell;

/// <summary>Which columns of a table a terminal has room for: a number is never broken over two lines.</summary>
internal static class ColumnFit
{
    // A border and a space on both sides of each cell; one more border ends the table.
    private const int Frame = 3;

    /// <summary>The columns to show, in the table's order: of the most important ones as many as fit, and the first of them in any case.</summary>
    /// <param name="headings">The headings.</param>
    /// <param name="rows">The cells, row by row.</param>
    /// <param name="byWeight">All columns, the most important first.</param>
    /// <param name="width">Characters of a line.</param>
    public static IReadOnlyList<int> Choose(IReadOnlyList<string> headings, IReadOnlyList<string[]> rows, IReadOnlyList<int> byWeight, int width)
    {
        var left = width - 1;
        return [.. byWeight.TakeWhile((column, place) => (left -= Frame + rows.Select(row => row[column].Length).Append(headings[column].Length).Max()) >= 0 || place == 0).Order()];
    }
}
