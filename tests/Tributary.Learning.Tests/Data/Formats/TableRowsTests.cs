using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Formats;

public sealed class TableRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quoted_fields_may_hold_separators_quotes_and_line_ends()
    {
        var path = _folder.Write("q.csv", "text,label\r\n\"a, \"\"b\"\"\nc\",pos\r\nplain,neg\r\n");

        Classes(path).ShouldBe([("a, \"b\"\nc", "pos"), ("plain", "neg")]);
    }

    [Fact]
    public void Tsv_has_no_quoting() =>
        Classes(_folder.Write("q.tsv", "sentence\tlabel\n\"a\tx\n b \"c\"\ty\n")).ShouldBe([("\"a", "x"), (" b \"c\"", "y")]);

    [Fact]
    public void A_table_without_header_has_its_integers_as_label()
    {
        Classes(_folder.Write("n.csv", "\"3\",\"Title\",\"Body\"\n\"1\",\"T\",\"B\"\n")).ShouldBe([("Title Body", "3"), ("T B", "1")]);
        Classes(_folder.Write("l.csv", "Some text,0\nOther,1\n")).ShouldBe([("Some text", "0"), ("Other", "1")]);
    }

    [Fact]
    public void Named_columns_win_over_guesses()
    {
        var path = _folder.Write("c.tsv", "gj04\t1\t\tOne\ngj05\t0\t*\tTwo\n");

        DataFile.Read(path, DataFormat.Classification, new DataColumns(Text: ["column4"], Label: ["column2"])).Cast<ClassificationExample>()
            .Select(row => (row.Text, row.Label)).ShouldBe([("One", "1"), ("Two", "0")]);
        Should.Throw<InputException>(() => DataFile.Read(path, DataFormat.Classification, new DataColumns(Label: ["stars"]))).Message.ShouldContain("no column 'stars'");
    }

    [Fact]
    public void A_table_read_as_text_keeps_its_label_to_partition_by()
    {
        var row = DataFile.Read(_folder.Write("n.csv", "\"3\",\"Title\",\"Body\"\n"), DataFormat.Text).ShouldHaveSingleItem().ShouldBeOfType<TextExample>();

        row.Text.ShouldBe("Title Body");
        row.Fields["label"].ShouldBe("3");
    }

    [Fact]
    public void Instruction_columns_are_read_from_tables_too() =>
        DataFile.Read(_folder.Write("i.csv", "instruction,response\nDo,Done\n"), DataFormat.Auto).ShouldHaveSingleItem().ShouldBeOfType<InstructionExample>().Response.ShouldBe("Done");

    [Theory]
    [InlineData("text,label\na,1\nb\n", "line 3: 1 columns, the first row has 2")]
    [InlineData("text,label\n\"a,1\n", "line 2: a quoted field is never closed")]
    [InlineData("text,label\n\"a\"b,1\n", "line 2: text after the closing quote")]
    [InlineData("text,text\na,1\n", "'text' stands twice")]
    [InlineData("text,other\na,b\n", "line 2: no field 'label'")]
    [InlineData("text,label\n", "no examples")]
    public void Broken_tables_are_refused(string table, string expected) =>
        Should.Throw<InputException>(() => DataFile.Read(_folder.Write("bad.csv", table), DataFormat.Classification)).Message.ShouldContain(expected);

    private static IEnumerable<(string Text, string Label)> Classes(string path) =>
        DataFile.Read(path, DataFormat.Classification).Cast<ClassificationExample>().Select(row => (row.Text, row.Label));
}
