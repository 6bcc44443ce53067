using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.PreTokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers.Matching;

public sealed class SplitPatternTests
{
    [Theory]
    [InlineData("I'LL we've 12345 x!!\r\n  two\n\n y", "I|'LL| we|'ve| |123|45| x|!!\r\n| | two|\n\n| y")]
    [InlineData("\U0001D400\U0001D401b \U0001F600\U0001F601 \U0001D7CE\U0001D7CF\U0001D7D0\U0001D7D1", "\U0001D400\U0001D401b| \U0001F600\U0001F601| |\U0001D7CE\U0001D7CF\U0001D7D0|\U0001D7D1")]
    [InlineData("中文 $x a\u00A0b", "中文| $|x| a|\u00A0b")]
    public void Llama3_cuts_words_as_published(string text, string pieces) => Found(SplitPattern.Of(SplitPattern.Llama3, "test"), text).ShouldBe(pieces.Split('|'));

    [Fact]
    public void Gpt2_s_pattern_and_the_scanner_cut_alike()
    {
        var character = Gen.Frequency(
            (6, Gen.Elements(" \n\t'sdmtrevlL1a!?-\u00A0\u0085\u3000".ToCharArray()).Select(c => c.ToString())),
            (2, Gen.Choose(0xA0, 0xD7FF).Select(char.ConvertFromUtf32)), (2, Gen.Choose(0x10000, 0x1FFFF).Select(char.ConvertFromUtf32)));
        var pattern = SplitPattern.Of(SplitPattern.Gpt2, "test");
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
            Gen.ArrayOf(character).Select(string.Concat).ToArbitrary(), text => Found(pattern, text).SequenceEqual(Scanned(text))));
    }

    [Theory]
    [InlineData(@"\w+", "aé1_\u00BD-\u2082", "aé1_\u00BD")]
    [InlineData(@"[^(\s|[.,!?])]+", "a b.c", "a|b|c")]
    [InlineData(@"a?+a", "aa a", "aa")]
    [InlineData(@"\h+", "xFf0z", "Ff0")]
    [InlineData(@"\x{4E00}+", "a\u4E00\u4E00", "\u4E00\u4E00")]
    [InlineData(@"^b$", "a\nb\nc", "b")]
    [InlineData(@"(?m:a.b)", "a\nb", "a\nb")]
    [InlineData(@"[]x]+", "a]x[", "]x")]
    public void Other_patterns_mean_what_they_mean_there(string pattern, string text, string matches) => Found(SplitPattern.Of(pattern, "test"), text).ShouldBe(matches.Split('|'));

    [Theory]
    [InlineData("[a&&b]")]
    [InlineData("[a[^b]]")]
    [InlineData("[[:alpha:]]")]
    [InlineData(@"[\W]")]
    [InlineData("(?x) a")]
    [InlineData(@"\x{1F600}")]
    [InlineData("\U0001F600")]
    [InlineData(@"\p{Han}")]
    [InlineData(@"\K")]
    [InlineData("[a")]
    [InlineData("(a")]
    [InlineData(@"\p{L")]
    [InlineData(@"a\")]
    public void What_would_be_taken_in_another_sense_is_refused(string pattern) =>
        Should.Throw<InputException>(() => SplitPattern.Of(pattern, "file.json: place")).Message.ShouldStartWith("file.json: place: ");

    [Fact]
    public void A_pattern_that_runs_wild_is_stopped()
    {
        var matcher = SplitPattern.Of("(a+)+$", "file.json: place");
        Should.Throw<InputException>(() => Found(matcher, new string('a', 60) + "b")).Message.ShouldContain("takes too long");
    }

    [Fact]
    public void Many_slow_matches_are_stopped_together()
    {
        var matcher = new RegexMatcher(new("a"), "file.json: place", new SlowWorld());
        Should.Throw<InputException>(() => Found(matcher, "aaaa")).Message.ShouldContain("takes too long");
    }

    [Fact]
    public void Every_character_beyond_the_basic_plane_has_a_stand_in_of_its_category()
    {
        foreach (var (category, standIn) in CodePointView.StandIns)
        {
            CharUnicodeInfo.GetUnicodeCategory(standIn).ShouldBe(category);
        }

        Enumerable.Range(0x10000, 0x100000).Select(c => Rune.GetUnicodeCategory(new Rune(c))).Distinct().ShouldBeSubsetOf(CodePointView.StandIns.Keys);
    }

    private static List<string> Found(ITextMatcher matcher, string text)
    {
        var sink = new Collector(text);
        matcher.FindAll(text, sink);
        return sink.Matches;
    }

    private static IEnumerable<string> Scanned(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Gpt2Scanner.EndOfPiece(text, start);
            yield return text[start..end];
            start = end;
        }
    }

    // A second passes between two looks at the clock.
    private sealed class SlowWorld : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => seconds++;
    }

    private sealed class Collector(string text) : IMatchSink
    {
        public List<string> Matches { get; } = [];

        public void Found(int start, int end) => Matches.Add(text[start..end]);
    }
}
