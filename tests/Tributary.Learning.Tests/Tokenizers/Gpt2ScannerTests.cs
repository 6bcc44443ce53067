using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class Gpt2ScannerTests
{
    private static readonly Regex Published = new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant);

    [Theory]
    [InlineData("  two\n    four \t\r\n x \n", "  two\n    four \t\r\n x \n")]
    [InlineData("I'll we'd 'tis ''s !'s DON'T", "'")]
    public void Cuts_as_the_published_pattern(string text, string same)
    {
        text.ShouldContain(same);
        Pieces(text).ShouldBe(Published.Matches(text).Select(m => m.Value));
    }

    [Fact]
    public void Any_text_of_the_basic_plane_is_cut_as_the_published_pattern_cuts_it()
    {
        var character = Gen.Frequency(
            (6, Gen.Elements(" \n\t'sdmtrevlL1a!?-\u00A0\u0085\u3000".ToCharArray())),
            (1, Gen.Choose(0, 0xD7FF).Select(c => (char)c)),
            (1, Gen.Choose(0xE000, 0xFFFF).Select(c => (char)c)));
        var text = Gen.ArrayOf(character).Select(c => new string(c));
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(text.ToArbitrary(), t => Pieces(t).SequenceEqual(Published.Matches(t).Select(m => m.Value))));
    }

    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters() =>
        Pieces("a\U0001D400 \U00020000b\U0001F600!").ShouldBe(["a\U0001D400", " \U00020000b", "\U0001F600!"]);

    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = Gpt2Scanner.EndOfPiece(text, start);
            pieces.Add(text[start..end]);
            start = end;
        }

        return pieces;
    }
}
