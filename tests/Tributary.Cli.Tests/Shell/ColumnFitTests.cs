using Spectre.Console;
using Tributary.Cli.Shell;

namespace Tributary.Cli.Tests.Shell;

public class ColumnFitTests
{
    private static readonly string[] Headings = ["method", "seeds", "loss", "gap closed"];
    private static readonly string[][] Rows = [["local-only", "1", "2.714 ± 0.020", "0 %"], ["fedit", "1", "2.610", "41.2 %"]];

    [Theory]
    [InlineData(200, new[] { 0, 1, 2, 3 })]
    [InlineData(51, new[] { 0, 1, 2, 3 })]
    [InlineData(50, new[] { 0, 2, 3 })]
    [InlineData(42, new[] { 0, 2 })]
    [InlineData(5, new[] { 0 })]
    public void As_many_columns_as_fit_are_shown_the_most_important_first(int width, int[] shown) => ColumnFit.Choose(Headings, Rows, [0, 2, 3, 1], width).ShouldBe(shown);

    [Theory]
    [InlineData(51)]
    [InlineData(43)]
    [InlineData(30)]
    public void A_table_of_these_columns_breaks_no_cell(int width)
    {
        var shown = ColumnFit.Choose(Headings, Rows, [0, 2, 3, 1], width);
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. shown.Select(column => Headings[column])]);
        Rows.ToList().ForEach(row => table.AddRow([.. shown.Select(column => row[column])]));
        using var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(written), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        console.Write(table);

        written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(Rows.Length + 4, "three rules, one line of headings and one for each row");
        shown.ShouldAllBe(column => written.ToString().Contains(Rows[0][column]));
    }
}
