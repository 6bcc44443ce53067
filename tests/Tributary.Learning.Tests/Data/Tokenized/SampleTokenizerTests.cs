using FsCheck;
using FsCheck.Fluent;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class SampleTokenizerTests
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly SampleTemplates Templates = SampleTemplates.For(DataFormat.Alpaca) with { Prompt = new PromptTemplate("{instruction}{context}", "{instruction}") };

    [Fact]
    public void Labels_are_the_next_tokens_of_the_response() => Expect(Single("ask", "say"), "^asksay$", "___say$_");

    [Fact]
    public void Prompts_are_learned_on_request() => Expect(Single("ask", "say", trainOnPrompt: true), "^asksay$", "asksay$_");

    [Fact]
    public void Without_special_tokens_nothing_is_added() => Expect(Single("ask", "say", encoding: CharacterEncoding.Bare), "asksay", "__say_");

    [Theory]
    [InlineData(8, "^asksay$", 0, 0)]
    [InlineData(7, "^sksay$", 1, 0)]
    [InlineData(5, "^say$", 1, 0)]
    [InlineData(4, "^say", 1, 1)]
    [InlineData(2, "^s", 1, 1)]
    public void The_prompt_is_cut_first_from_its_start_and_the_response_only_when_it_does_not_fit(int length, string expected, int prompts, int responses)
    {
        var data = Tokenize("ask", "say", length);

        CharacterEncoding.Text(data.Examples[0].Ids).ShouldBe(expected);
        data.Report.ShouldBe(new TokenizationReport(prompts, responses, 0));
    }

    [Fact]
    public void Without_a_begin_token_one_token_of_the_prompt_stays() => Expect(Single("ask", "say", 3, encoding: CharacterEncoding.Bare), "ksa", "sa_");

    [Fact]
    public void Cut_samples_fit_and_keep_their_labels_aligned()
    {
        Prop.ForAll<NonNull<string>, NonNull<string>, PositiveInt>((prompt, response, length) =>
        {
            var room = length.Get + 1;
            var whole = Tokenize(prompt.Get, response.Get, 1 << 20).Examples[0];
            var cut = Tokenize(prompt.Get, response.Get, room).Examples[0];

            cut.Ids.Length.ShouldBe(Math.Min(whole.Ids.Length, room));
            for (var t = 0; t < cut.Ids.Length; t++)
            {
                (cut.Labels[t] == -100 || cut.Labels[t] == cut.Ids[t + 1]).ShouldBeTrue();
            }

            cut.LabelledTokens.ShouldBe(Math.Min(response.Get.Length + 1, room - 1));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_token_across_the_border_is_learned_with_the_response()
    {
        // Two characters a token: "abc" + "de" is ab|cd|e, and cd carries the first letter of the response.
        var pairs = new TextEncoding(text => [.. text.Chunk(2).Select(pair => (pair[0] * 1000) + (pair.Length > 1 ? pair[1] : 0))], null, null);
        var example = new SampleTokenizer(pairs, Templates, 100).Tokenize([new InstructionExample("abc", "", "de", None)], "x").Examples[0];

        example.Labels.ShouldBe([example.Ids[1], example.Ids[2], -100]);
    }

    [Fact]
    public void Turns_of_a_dialogue_are_learned_where_the_assistant_speaks()
    {
        var templates = Templates with { Chat = new ChatTemplate("{content}", "u{content}", "a{content}.", "{content}") };
        var dialogue = new ConversationExample([new(ChatRole.User, "1"), new(ChatRole.Assistant, "2"), new(ChatRole.User, "3"), new(ChatRole.Assistant, "4")], None);
        var example = new SampleTokenizer(CharacterEncoding.Full, templates, 100).Tokenize([dialogue], "x").Examples[0];

        CharacterEncoding.Text(example.Ids).ShouldBe("^u1a2.u3a4.$");
        CharacterEncoding.Text(example.Labels).ShouldBe("___2.___4.$_");
    }

    [Fact]
    public void A_dialogue_that_ends_with_the_person_has_no_end_token()
    {
        var templates = Templates with { Chat = new ChatTemplate("{content}", "u{content}", "a{content}.", "{content}") };
        var dialogue = new ConversationExample([new(ChatRole.Assistant, "2"), new(ChatRole.User, "3")], None);
        var example = new SampleTokenizer(CharacterEncoding.Full, templates, 100).Tokenize([dialogue], "x").Examples[0];

        CharacterEncoding.Text(example.Ids).ShouldBe("^a2.u3");
        CharacterEncoding.Text(example.Labels).ShouldBe("_2.___");
    }

    [Fact]
    public void Samples_with_nothing_to_learn_are_dropped_and_counted()
    {
        InstructionExample[] rows = [new("ask", "", "", None), new("", "", "", None), new("ask", "", "say", None)];
        var data = new SampleTokenizer(CharacterEncoding.Bare, Templates, 100).Tokenize(rows, "x");

        data.Count.ShouldBe(1);
        data.Report.Dropped.ShouldBe(2);
        TokenizationReport.Warnings([("north", data.Report)]).ShouldHaveSingleItem().ShouldStartWith("2 samples of north dropped");
        Should.Throw<InputException>(() => new SampleTokenizer(CharacterEncoding.Bare, Templates, 100).Tokenize(rows[..1], "north")).Message.ShouldContain("north");
    }

    [Fact]
    public void Losses_of_a_hundred_owners_are_one_line_of_each_kind() =>
        TokenizationReport.Warnings([.. Enumerable.Range(0, 100).Select(owner => ($"owner{owner}", new TokenizationReport(owner, 0, 0))), ("last", new TokenizationReport(0, 2, 0))]).ShouldBe(
        [
            "4950 prompts of 99 owners (most: owner99, 99) cut at their beginning to fit training.max_length; a larger one keeps them whole",
            "2 responses of last cut at their end to fit training.max_length; a larger one keeps them whole",
        ]);

    private static TokenizedExample Single(string prompt, string response, int length = 100, TextEncoding? encoding = null, bool trainOnPrompt = false) =>
        new SampleTokenizer(encoding ?? CharacterEncoding.Full, Templates, length, trainOnPrompt).Tokenize([new InstructionExample(prompt, "", response, None)], "x").Examples[0];

    private static TokenizedDataset Tokenize(string prompt, string response, int length) =>
        new SampleTokenizer(CharacterEncoding.Full, Templates, length).Tokenize([new InstructionExample(prompt, "", response, None)], "x");

    private static void Expect(TokenizedExample example, string ids, string labels)
    {
        CharacterEncoding.Text(example.Ids).ShouldBe(ids);
        CharacterEncoding.Text(example.Labels).ShouldBe(labels);
    }
}
