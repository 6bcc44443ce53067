using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tests.Tokenizers.Normalizers;

public sealed class CharacterNormalizerTests
{
    [Theory]
    [InlineData("ÀΣ\u0130\u212A\U00010400ß\u1E9E", "àσi\u0307k\U00010428ß\u00DF")]
    [InlineData("plain", "plain")]
    public void Capitals_become_small_whatever_stands_beside_them(string text, string expected) => Of(CharacterNormalizer.Lowercase, text).ShouldBe(expected);

    [Theory]
    [InlineData("a\0b\uFFFDc\u0007d\u200Be\uE000f", "abcdef")]
    [InlineData("a\tb\nc\rd\u00A0e\u3000f\u2028g", "a b c d e f g")]
    [InlineData("a\u0085b\u000Bc", "abc")]
    [InlineData("\u0382", "\u0382")]
    public void Cleaning_drops_control_characters_and_makes_every_space_a_blank(string text, string expected) => Of(CharacterNormalizer.BertClean, text).ShouldBe(expected);

    [Theory]
    [InlineData("a\u4E2Db\U00020000", "a \u4E2D b \U00020000 ")]
    [InlineData("\u3042\uAC00\u30A2", "\u3042\uAC00\u30A2")]
    [InlineData("\u3400\u4DBF\uF900", " \u3400  \u4DBF  \uF900 ")]
    public void Ideographs_stand_alone_and_kana_do_not(string text, string expected) => Of(CharacterNormalizer.BertIdeographs, text).ShouldBe(expected);

    [Fact]
    public void Accents_are_marks_without_room_and_marks_are_all_of_them()
    {
        Of(CharacterNormalizer.DropAccents, "e\u0301\u0903\u20DD").ShouldBe("e\u0903\u20DD");
        Of(CharacterNormalizer.DropMarks, "e\u0301\u0903\u20DD").ShouldBe("e");
    }

    [Fact]
    public void What_stays_keeps_its_place()
    {
        var text = CharacterNormalizer.BertClean.Normalize(AlignedText.Of("a\0\0b"));
        text.OriginOf(0, 2).ShouldBe(new(0, 4));
        text.OriginOf(1, 2).ShouldBe(new(3, 4));
    }

    private static string Of(CharacterNormalizer normalizer, string text) => normalizer.Normalize(AlignedText.Of(text)).Text;
}
