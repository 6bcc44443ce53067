using Tributary.Learning.Data;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class BlockTokenizerTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void Every_token_but_the_first_is_learned_once()
    {
        var data = new BlockTokenizer(CharacterEncoding.Full, 4).Tokenize([new TextExample("abc", None), new TextExample("de", None)], "x");

        data.Examples.Select(block => CharacterEncoding.Text(block.Ids)).ShouldBe(["^abc", "^de"]);
        data.Examples.Select(block => CharacterEncoding.Text(block.Labels)).ShouldBe(["abc^", "de_"]);
    }

    [Fact]
    public void A_last_token_alone_is_only_a_label()
    {
        var data = new BlockTokenizer(CharacterEncoding.Bare, 2).Tokenize([new TextExample("abc", None)], "x");

        data.Count.ShouldBe(1);
        data.LabelledTokens.ShouldBe(2);
    }

    [Fact]
    public void Too_little_text_and_rows_that_are_not_text_are_refused()
    {
        Should.Throw<InputException>(() => new BlockTokenizer(CharacterEncoding.Bare, 4).Tokenize([new TextExample("a", None)], "north")).Message.ShouldContain("north");
        Should.Throw<InputException>(() => new BlockTokenizer(CharacterEncoding.Bare, 4).Tokenize([new ClassificationExample("a", "b", None)], "north"));
    }
}
