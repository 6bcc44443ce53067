using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class AnswerTokenizerTests
{
    private const int Start = '>';
    private static readonly Dictionary<string, string> None = [];
    private static readonly SampleTemplates Templates = SampleTemplates.For(DataFormat.Alpaca) with { Prompt = new PromptTemplate("{instruction}{context}", "{instruction}") };
    private static readonly TextEncoding EndedTexts = CharacterEncoding.Full with { Before = [], After = [CharacterEncoding.End] };

    [Fact]
    public void The_prompt_is_read_and_the_response_learned_shifted_right_behind_the_start_token()
    {
        var example = Tokenize(Ask("ask", "say")).Examples.ShouldHaveSingleItem();
        CharacterEncoding.Text(example.Answered!).ShouldBe("ask$");
        CharacterEncoding.Text(example.Ids).ShouldBe(">say");
        CharacterEncoding.Text(example.Labels).ShouldBe("say$");
        example.Rows.ShouldBe(8);
    }

    [Fact]
    public void Of_a_dialogue_the_last_answer_is_learned_and_all_before_it_is_read()
    {
        ChatMessage[] messages = [new(ChatRole.User, "a"), new(ChatRole.Assistant, "b"), new(ChatRole.User, "c"), new(ChatRole.Assistant, "d"), new(ChatRole.User, "e")];
        var example = Tokenize(new ConversationExample(messages, None)).Examples.ShouldHaveSingleItem();
        CharacterEncoding.Text(example.Answered!).ShouldBe("User: a\nAssistant: b\nUser: c\nAssistant: $");
        CharacterEncoding.Text(example.Labels).ShouldBe("d\n$");
    }

    [Theory]
    [InlineData(4, "ask$", "say$", 0, 0)]
    [InlineData(3, "sk$", "say", 1, 1)]
    [InlineData(2, "k$", "sa", 1, 1)]
    public void Each_side_is_cut_to_the_length_by_itself(int length, string read, string learned, int prompts, int responses)
    {
        var data = Tokenize([Ask("ask", "say")], length);
        CharacterEncoding.Text(data.Examples[0].Answered!).ShouldBe(read);
        CharacterEncoding.Text(data.Examples[0].Labels).ShouldBe(learned);
        data.Report.ShouldBe(new TokenizationReport(prompts, responses, 0));
    }

    [Fact]
    public void A_batch_holds_both_sides()
    {
        var rows = new TokenRows();
        Tokenize(Ask("ask", "say"), Ask("who", "me")).Fill(rows, [1, 0]);
        CharacterEncoding.Text(rows.Ids.ToArray()).ShouldBe(">me>say");
        CharacterEncoding.Text(rows.Source!.Ids.ToArray()).ShouldBe("who$ask$");
        rows.Source.Segments.ToArray().ShouldBe([new Segment(0, 4, 0, 4), new Segment(4, 4, 4, 4)]);
        rows.Clear();
        rows.Source.ShouldBeNull();
    }

    [Fact]
    public void In_a_batch_all_sequences_answer_or_none()
    {
        var rows = new TokenRows();
        rows.Add([1], [], answered: [2]);
        Should.Throw<ArgumentException>(() => rows.Add([1], []));
        rows.Clear();
        rows.Add([1], []);
        Should.Throw<ArgumentException>(() => rows.Add([1], [], answered: [2]));
    }

    [Fact]
    public void Plain_text_answers_nothing_and_is_refused() =>
        Should.Throw<InputException>(() => Tokenize(new TextExample("text", None))).Message.ShouldContain("needs prompts with responses");

    [Fact]
    public void A_sample_without_a_response_is_dropped_and_a_set_of_them_refused()
    {
        ChatMessage[] silent = [new(ChatRole.User, "a")];
        Tokenize(new ConversationExample(silent, None), Ask("ask", "say")).Report.ShouldBe(new TokenizationReport(0, 0, 1));
        Should.Throw<InputException>(() => Tokenize(new ConversationExample(silent, None))).Message.ShouldContain("none of its 1 examples");
    }

    private static InstructionExample Ask(string instruction, string response) => new(instruction, "", response, None);

    private static TokenizedDataset Tokenize(params Example[] examples) => Tokenize(examples, 100);

    private static TokenizedDataset Tokenize(Example[] examples, int length) => new AnswerTokenizer(EndedTexts, Templates, length, Start).Tokenize(examples, "here");
}
