using FsCheck.Fluent;
using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tests.Tokenizers.Normalizers;

public sealed class UnicodeNormalizerTests
{
    // Rows of the normalisation conformance test: source, NFC, NFD, NFKC, NFKD.
    [Theory]
    [InlineData("\u1E0A\u0323", "\u1E0C\u0307", "D\u0323\u0307", "\u1E0C\u0307", "D\u0323\u0307")]
    [InlineData("\u03D3", "\u03D3", "\u03D2\u0301", "\u038E", "\u03A5\u0301")]
    [InlineData("\uFB01\u00BD", "\uFB01\u00BD", "\uFB01\u00BD", "fi1\u20442", "fi1\u20442")]
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8", "\u1100\u1161\u11A8\u11A8", "\uAC01\u11A8", "\u1100\u1161\u11A8\u11A8")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u0958\u2126\u212B", "\u0915\u093C\u03A9\u00C5", "\u0915\u093C\u03A9A\u030A", "\u0915\u093C\u03A9\u00C5", "\u0915\u093C\u03A9A\u030A")]
    [InlineData("\uFA10\u3000", "\u585A\u3000", "\u585A\u3000", "\u585A ", "\u585A ")]
    [InlineData("\U0001D15E\U0002F800", "\U0001D157\U0001D165\u4E3D", "\U0001D157\U0001D165\u4E3D", "\U0001D157\U0001D165\u4E3D", "\U0001D157\U0001D165\u4E3D")]
    [InlineData("a\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300b", "a\u05AE\u0300\u0300b", "\u00E0\u05AE\u0300b", "a\u05AE\u0300\u0300b")]
    public void Forms_are_those_of_the_standard(string source, string nfc, string nfd, string nfkc, string nfkd) =>
        Enum.GetValues<UnicodeForm>().Select(form => In(form, source)).ShouldBe([nfc, nfd, nfkc, nfkd]);

    [Fact]
    public void Normalising_twice_changes_nothing_and_composing_undoes_decomposing()
    {
        var text = Gen.ArrayOf(Gen.Frequency(
            (3, Gen.Choose(0, 0x24F)), (3, Gen.Choose(0x300, 0x36F)), (2, Gen.Choose(0x900, 0xD7FF)), (1, Gen.Choose(0xE000, 0x2FFFF))).Select(char.ConvertFromUtf32)).Select(string.Concat);
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(text.ToArbitrary(), t =>
            Enum.GetValues<UnicodeForm>().All(form => In(form, In(form, t)) == In(form, t))
            && In(UnicodeForm.Nfc, In(UnicodeForm.Nfd, t)) == In(UnicodeForm.Nfc, t)
            && In(UnicodeForm.Nfkc, In(UnicodeForm.Nfkd, t)) == In(UnicodeForm.Nfkc, t)));
    }

    [Fact]
    public void A_composed_character_comes_from_all_that_it_was_composed_of()
    {
        var text = new UnicodeNormalizer(UnicodeForm.Nfc).Normalize(AlignedText.Of("xe\u0301y"));
        text.Text.ShouldBe("x\u00E9y");
        text.OriginOf(1, 2).ShouldBe(new(1, 3));
        text.OriginOf(2, 3).ShouldBe(new(3, 4));
    }

    [Fact]
    public void A_long_run_of_marks_does_not_stall() =>
        In(UnicodeForm.Nfc, "a" + string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000))).Length.ShouldBeGreaterThan(200_000);

    private static string In(UnicodeForm form, string text) => new UnicodeNormalizer(form).Normalize(AlignedText.Of(text)).Text;
}
