using Tributary.Learning.Data.Templates;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Templates;

public sealed class ClozeTemplateTests
{
    private static readonly (string, string)[] Words = [("1", "World"), ("2", "Sports")];

    [Fact]
    public void The_pattern_is_divided_at_the_gap()
    {
        var cloze = new ClozeTemplate("{mask} news: {text} ({pair})", Words);
        cloze.Before("a", "b").ShouldBe("");
        cloze.After("a", "b").ShouldBe(" news: a (b)");
        cloze.GoesOn.ShouldBeTrue();
        new ClozeTemplate("{text}: {mask}", Words).GoesOn.ShouldBeFalse();
    }

    [Fact]
    public void A_pair_that_the_pattern_does_not_name_follows_its_text() => new ClozeTemplate("{text}: {mask}", Words).Before("a", "b").ShouldBe("a b: ");

    [Fact]
    public void Texts_that_look_like_placeholders_stay_as_they_are() => new ClozeTemplate("{text}: {mask}", Words).Before("{mask} {text}", "").ShouldBe("{mask} {text}: ");

    [Fact]
    public void Labels_are_classes_in_their_order_and_others_are_refused()
    {
        var cloze = new ClozeTemplate("{text}: {mask}", Words);
        cloze.ClassOf("2", "north").ShouldBe(1);
        Should.Throw<InputException>(() => cloze.ClassOf("0", "north")).Message.ShouldBe("north: label '0' has no word; data.cloze.words has 1, 2");
    }

    [Theory]
    [InlineData("{text}", "{mask} must stand in it once")]
    [InlineData("{mask} {text} {mask}", "{mask} must stand in it once")]
    [InlineData("a {mask}", "{text} is missing")]
    [InlineData("{text} {word} {mask}", "unknown placeholder {word}")]
    public void Patterns_that_cannot_be_filled_in_are_refused(string pattern, string why) => Should.Throw<InputException>(() => new ClozeTemplate(pattern, Words)).Message.ShouldContain(why);

    [Fact]
    public void One_word_or_an_empty_one_tells_no_classes_apart()
    {
        Should.Throw<InputException>(() => new ClozeTemplate("{text} {mask}", Words[..1])).Message.ShouldContain("2 to 256");
        Should.Throw<InputException>(() => new ClozeTemplate("{text} {mask}", [("1", "a"), ("2", " ")])).Message.ShouldContain("2 to 256");
    }
}
