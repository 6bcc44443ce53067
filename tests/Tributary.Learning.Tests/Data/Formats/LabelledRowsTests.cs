using Tributary.Learning.Data;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Formats;

/// <summary>Labels of all kinds: numbers, several at once, pairs of texts, tags of words.</summary>
public sealed class LabelledRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lists_of_labels_are_kept_between_commas()
    {
        var path = folder.Write("a.jsonl", "{\"text\":\"x\",\"labels\":[\"red\",\"blue\"]}\n{\"text\":\"y\",\"labels\":[]}\n{\"text\":\"z\",\"labels\":[2,0]}\n");
        Rows(path, DataFormat.Auto).Select(row => row.Label).ShouldBe(["red,blue", "", "2,0"]);
    }

    [Fact]
    public void Fields_of_json_and_columns_of_tables_are_named_alike()
    {
        var columns = new DataColumns(Text: ["question"], Label: ["similarity"], Pair: "sentence");
        var json = folder.Write("a.jsonl", "{\"question\":\"q\",\"sentence\":\"s\",\"similarity\":2.5}\n");
        var table = folder.Write("a.tsv", "index\tquestion\tsentence\tsimilarity\n7\tq\ts\t2.5\n");
        foreach (var path in new[] { json, table })
        {
            var row = Rows(path, DataFormat.Classification, columns).ShouldHaveSingleItem();
            (row.Text, row.Pair, row.Label).ShouldBe(("q", "s", "2.5"));
        }

        Should.Throw<InputException>(() => Rows(json, DataFormat.Classification, columns with { Label = ["score"] })).Message.ShouldContain("similarity");
        Should.Throw<InputException>(() => Rows(json, DataFormat.Classification, columns with { Pair = "other" })).Message.ShouldContain("no field 'other'");
        Should.Throw<InputException>(() => Rows(json, DataFormat.Classification, columns with { Header = true })).Message.ShouldContain("data.columns");
    }

    [Fact]
    public void Columns_with_a_one_where_a_label_applies_are_several_labels()
    {
        var columns = new DataColumns(Text: ["comment"], Label: ["toxic", "rude"]);
        var table = folder.Write("a.csv", "id,comment,toxic,rude\n1,x,1,1\n2,y,0,1\n3,z,0,0\n");
        Rows(table, DataFormat.Classification, columns).Select(row => row.Label).ShouldBe(["toxic,rude", "rude", ""]);
        var json = folder.Write("a.json", "[{\"comment\":\"x\",\"toxic\":true,\"rude\":0}]");
        Rows(json, DataFormat.Classification, columns).Select(row => row.Label).ShouldBe(["toxic"]);
    }

    [Fact]
    public void Words_and_tags_come_from_json_or_from_lines()
    {
        var json = folder.Write("a.jsonl", "{\"tokens\":[\"Ada\",\"codes\"],\"ner_tags\":[1,0]}\n");
        Tagged(json, DataFormat.Auto).ShouldBe(["Ada/1 codes/0"]);
        var lines = folder.Write("a.conll", "-DOCSTART- -X- O\n\nAda NNP B-PER\r\ncodes VBZ O\n\n\nShe PRP O");
        Tagged(lines, DataFormat.Auto).ShouldBe(["Ada/B-PER codes/O", "She/O"]);
        Tagged(lines, DataFormat.Tokens, new DataColumns(Label: ["column2"])).ShouldBe(["Ada/NNP codes/VBZ", "She/PRP"]);
        var named = folder.Write("b.jsonl", "{\"words\":[\"Ada\"],\"pos\":[\"N\"]}\n");
        Tagged(named, DataFormat.Tokens, new DataColumns(Text: ["words"], Label: ["pos"])).ShouldBe(["Ada/N"]);
    }

    [Theory]
    [InlineData("a.jsonl", "{\"tokens\":[\"a\",\"b\"],\"tags\":[\"O\"]}", "2 tokens and 1 tags")]
    [InlineData("a.jsonl", "{\"tokens\":[\"a\"],\"tags\":[{}]}", "tags[0] is an object")]
    [InlineData("a.jsonl", "{\"tokens\":[],\"tags\":[]}", "at least one")]
    [InlineData("a.jsonl", "{\"tokens\":[\"a\"]}", "tags")]
    [InlineData("a.conll", "word", "a word and its tag")]
    [InlineData("a.conll", "a b c\nd e", "line 2: 2 columns")]
    [InlineData("a.conll", "\n\n", "no examples")]
    public void Damaged_rows_are_refused_with_their_place(string name, string text, string expected) =>
        Should.Throw<InputException>(() => DataFile.Read(folder.Write(name, text), DataFormat.Tokens)).Message.ShouldContain(expected);

    private static ClassificationExample[] Rows(string path, DataFormat format, DataColumns? columns = null) => [.. DataFile.Read(path, format, columns).Cast<ClassificationExample>()];

    private static string[] Tagged(string path, DataFormat format, DataColumns? columns = null) =>
        [.. DataFile.Read(path, format, columns).Cast<TokensExample>().Select(row => string.Join(' ', row.Tokens.Zip(row.Tags, (token, tag) => $"{token}/{tag}")))];
}
