using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tests.Tokenizers.PreTokenizers;

public sealed class PatternPreTokenizerTests
{
    [Theory]
    [InlineData("Removed", "the|final|countdown")]
    [InlineData("Isolated", "the|-|final|-|-|countdown")]
    [InlineData("MergedWithPrevious", "the-|final-|-|countdown")]
    [InlineData("MergedWithNext", "the|-final|-|-countdown")]
    [InlineData("Contiguous", "the|-|final|--|countdown")]
    public void Matches_go_where_the_behaviour_says(string behavior, string pieces) =>
        Split(new PatternPreTokenizer(new TextMatcher("-"), Enum.Parse<SplitBehavior>(behavior)), "the-final--countdown").ShouldBe(pieces.Split('|'));

    [Fact]
    public void Inverted_what_lies_between_matches_vanishes() =>
        Split(new PatternPreTokenizer(SplitPattern.Of("[0-9]+", "test"), SplitBehavior.Removed, invert: true), "a12b3").ShouldBe(["12", "3"]);

    [Fact]
    public void An_empty_match_cuts() => Split(new PatternPreTokenizer(SplitPattern.Of("(?=[A-Z])", "test"), SplitBehavior.Isolated), "camelCaseName").ShouldBe(["camel", "Case", "Name"]);

    [Theory]
    [InlineData("Hi, it's x_1: «ok»!", "Hi|,|it|'|s|x_1|:|«|ok|»!")]
    [InlineData("a\u0301b\u200Dc \u24B6\u00BD", "a\u0301b\u200Dc|\u24B6|\u00BD")]
    public void Words_are_runs_of_word_characters_and_runs_of_others(string text, string pieces) => Split(WordCuts.Words, text).ShouldBe(pieces.Split('|'));

    [Fact]
    public void Berts_words_leave_each_sign_by_itself() => Split(WordCuts.Bert, "Hi,  x$$ y\u2028z。").ShouldBe(["Hi", ",", "x", "$", "$", "y", "z", "。"]);

    [Fact]
    public void Digits_of_any_script_are_cut_off()
    {
        Split(WordCuts.Digits(individual: true), "a12\u0664\u2167b").ShouldBe(["a", "1", "2", "\u0664", "\u2167", "b"]);
        Split(WordCuts.Digits(individual: false), "a12\u0664b").ShouldBe(["a", "12\u0664", "b"]);
    }

    [Fact]
    public void A_mark_stands_for_a_space_and_for_the_beginning_where_told()
    {
        Split(new MetaspacePreTokenizer('_', PrependScheme.Always, split: true), "a  b").ShouldBe(["_a", "_", "_b"]);
        Split(new MetaspacePreTokenizer('_', PrependScheme.Never, split: false), " a b").ShouldBe(["_a_b"]);
        Split(new SequencePreTokenizer(WordCuts.Spaces, new MetaspacePreTokenizer('_', PrependScheme.First, split: true)), "a b").ShouldBe(["_a", "b"]);
    }

    private static List<string> Split(IPreTokenizer preTokenizer, string text)
    {
        var sink = new Collector();
        preTokenizer.Split(Piece.Of(AlignedText.Of(text)), sink);
        return sink.Pieces;
    }

    private sealed class Collector : IPieceSink
    {
        public List<string> Pieces { get; } = [];

        public void Add(Piece piece) => Pieces.Add(piece.Span.ToString());
    }
}
