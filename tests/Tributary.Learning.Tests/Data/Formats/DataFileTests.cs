using Tributary.Learning.Data;
using Tributary.Learning.Data.Formats;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Formats;

public sealed class DataFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Alpaca_rows_are_read_and_their_format_is_recognised()
    {
        var path = _folder.Write("a.json", """[{"instruction":"i","input":"c","output":"o","source":"x"},{"instruction":"j","output":""}]""");

        DataFile.Read(path, DataFormat.Auto).Cast<InstructionExample>().Select(row => (row.Instruction, row.Context, row.Response))
            .ShouldBe([("i", "c", "o"), ("j", "", "")]);
        DataFile.Read(path, DataFormat.Alpaca)[0].Fields["source"].ShouldBe("x");
    }

    [Fact]
    public void Dolly_rows_keep_their_category_as_a_field()
    {
        var path = _folder.Write("d.jsonl", "{\"instruction\":\"i\",\"context\":null,\"response\":\"r\",\"category\":\"qa\"}\n\n");

        var row = DataFile.Read(path, DataFormat.Auto).ShouldHaveSingleItem().ShouldBeOfType<InstructionExample>();
        row.Context.ShouldBe("");
        row.Fields.ShouldHaveSingleItem().ShouldBe(new("category", "qa"));
    }

    [Theory]
    [InlineData("""[{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}]""")]
    [InlineData("""[{"conversations":[{"from":"system","value":"s"},{"from":"human","value":"u"},{"from":"gpt","value":"a"}]}]""")]
    public void Both_forms_of_dialogue_mean_the_same(string json)
    {
        var row = DataFile.Read(_folder.Write("m.json", json), DataFormat.Auto).ShouldHaveSingleItem().ShouldBeOfType<ConversationExample>();

        row.Messages.ShouldBe([new(ChatRole.System, "s"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a")]);
    }

    [Theory]
    [InlineData("[\n{\"instruction\":\"a\",\"output\":\"b\"},\n{\"instruction\":\"a\" \"output\"}\n]", "broken JSON at line 3")]
    [InlineData("[\n{\"instruction\":\"a\",\"output\":\"b\"},\n{\"instruction\":\"a\"}]", "line 3 (record 2): no field 'output'; the record has instruction")]
    [InlineData("[{\"instruction\":7,\"output\":\"b\"}]", "line 1 (record 1): field 'instruction' is a number, expected a text")]
    [InlineData("[{\"instruction\":\"\\ud800\",\"output\":\"b\"}]", "not Unicode")]
    [InlineData("[1]", "the record is a number, expected an object")]
    [InlineData("[]", "no examples")]
    [InlineData("", "no examples")]
    [InlineData("[{\"instruction\":\"a\",\"output\":\"b\"}", "broken JSON")]
    [InlineData("[] []", "broken JSON at line 1")]
    [InlineData("{\"instruction\":\"a\",\"output\":\"b\"}\n{\"instruction\":", "broken JSON at line 2")]
    [InlineData("{\"instruction\":\"a\",\"output\":\"b\"} x", "broken JSON at line 1")]
    public void Broken_instruction_files_are_refused(string json, string expected)
    {
        var message = Should.Throw<InputException>(() => DataFile.Read(_folder.Write("bad.json", json), DataFormat.Alpaca)).Message;

        message.ShouldContain(expected);
        message.ShouldContain("bad.json");
        message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("""[{"messages":[]}]""", "field 'messages' is empty")]
    [InlineData("""[{"messages":"x"}]""", "field 'messages' is a text, expected a list")]
    [InlineData("""[{"messages":[{"role":"user"}]}]""", "messages[0]: no field 'content'")]
    [InlineData("""[{"messages":[{"role":"user","content":"u"},{"role":"wizard","content":"c"}]}]""", "messages[1]: unknown speaker 'wizard'")]
    [InlineData("""[{"messages":[{"role":"user","content":null}]}]""", "messages[0].content is null")]
    [InlineData("""[{"messages":[3]}]""", "messages[0]: no field 'role'")]
    public void Broken_dialogues_are_refused(string json, string expected) =>
        Should.Throw<InputException>(() => DataFile.Read(_folder.Write("bad.json", json), DataFormat.Messages)).Message.ShouldContain(expected);

    [Fact]
    public void Preferences_are_refused_with_a_reason()
    {
        Should.Throw<InputException>(() => DataFormats.Parse("preference")).Message.ShouldContain("objective");
        var path = _folder.Write("p.json", """[{"conversations":[],"chosen":{},"rejected":{}}]""");
        Should.Throw<InputException>(() => DataFile.Read(path, DataFormat.Auto)).Message.ShouldContain("preference");
        Should.Throw<InputException>(() => DataFormats.Parse("alpacca")).Message.ShouldContain("expected auto, alpaca");
    }

    [Fact]
    public void An_unknown_layout_is_refused_with_its_fields() =>
        Should.Throw<InputException>(() => DataFile.Read(_folder.Write("q.json", """[{"foo":1,"bar":"x"}]"""), DataFormat.Auto)).Message.ShouldContain("foo, bar");

    [Fact]
    public void Text_that_is_not_utf8_is_refused_with_its_line()
    {
        var path = _folder.Write("latin.txt", [(byte)'a', (byte)'\n', 0xE9, (byte)'\n']);

        Should.Throw<InputException>(() => DataFile.Read(path, DataFormat.Text)).Message.ShouldContain("line 2: not UTF-8");
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Should.Throw<InputException>(() => DataFile.Read(_folder.PathOf("none.json"), DataFormat.Auto)).Message.ShouldContain("none.json");

    [Fact]
    public void Paragraphs_joined_are_the_file_again()
    {
        const string text = "\n\nFirst line\nsecond\n\n \nThird\r\n\r\nFourth";
        var rows = DataFile.Read(_folder.Write("t.txt", text), DataFormat.Auto).Cast<TextExample>().ToList();

        rows.Select(row => row.Text).ShouldBe(["\n\nFirst line\nsecond\n\n \n", "Third\r\n\r\n", "Fourth"]);
        string.Concat(rows.Select(row => row.Text)).ShouldBe(text);
    }

    [Fact]
    public void A_list_of_texts_is_text()
    {
        DataFile.Read(_folder.Write("s.json", """["one","two"]"""), DataFormat.Auto).Cast<TextExample>().Select(row => row.Text).ShouldBe(["one", "two"]);
        DataFile.Read(_folder.Write("b.txt", [0xEF, 0xBB, 0xBF, (byte)'x']), DataFormat.Text).ShouldHaveSingleItem().ShouldBeOfType<TextExample>().Text.ShouldBe("x");
    }

    [Theory]
    [InlineData("a.jsonl", "{\"instruction\":\"a\",\"output\":\"b\"}\n{\"instruction\":\"", "\",\"output\":\"b\"}\n", "line 2")]
    [InlineData("a.json", "[\n\"a\",\n\"", "\"]", "line 3")]
    [InlineData("a.csv", "text,label\na,1\n\"", "\",1\n", "line 3")]
    [InlineData("a.tsv", "text\tlabel\n", "\t1\n", "line 2")]
    [InlineData("a.conll", "a O\n\nb O\n", " O\n", "line 4")]
    [InlineData("a.txt", "short\n\n", "\n", "line 3")]
    public void A_row_without_end_is_refused_before_its_tokens_are_looked_for(string name, string before, string after, string says)
    {
        var path = _folder.Write(name, before + new string('x', RowSize.MostBytes + 1) + after);

        Should.Throw<InputException>(() => DataFile.Read(path, DataFormat.Auto)).Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("/dev/zero", "no examples")]
    [InlineData("/dev", "is a folder")]
    public void What_is_no_file_is_refused_without_being_read(string path, string says) =>
        Should.Throw<InputException>(() => DataFile.Read(path, DataFormat.Auto)).Message.ShouldContain(says);

    [Fact]
    public void A_long_text_without_blank_lines_is_parted_between_lines()
    {
        var line = new string('x', 99) + "\n";
        var text = string.Concat(Enumerable.Repeat(line, (RowSize.MostBytes / 100 * 2) + 10));

        var texts = DataFile.Read(_folder.Write("long.txt", text), DataFormat.Auto).Cast<TextExample>().Select(example => example.Text).ToArray();

        texts.Length.ShouldBe(3);
        texts.ShouldAllBe(part => part.EndsWith('\n') && part.Length <= RowSize.MostBytes);
        string.Concat(texts).ShouldBe(text);
    }
}
