using Tributary.Reports.Markup;

namespace Tributary.Reports.Tests.Markup;

public class FormatTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1 kB")]
    [InlineData(12_345, "12.3 kB")]
    [InlineData(999_999, "1 MB")]
    [InlineData(123_456_789, "123 MB")]
    public void Bytes_have_a_unit(double bytes, string text) => Format.Bytes(bytes).ShouldBe(text);

    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(0.0123, "12 ms")]
    [InlineData(0.44, "0.4 s")]
    [InlineData(59.7, "1 min 0 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7500, "2 h 5 min")]
    public void Durations_have_at_most_two_units(double seconds, string text) => Format.Duration(seconds).ShouldBe(text);

    [Theory]
    [InlineData("180 MB, 27 × as much in 3 min 20 s, 5 %", "180~MB, 27~× as much in 3~min 20~s, 5~%")]
    [InlineData("10 owners sent 5 Bananas in 3 hours", "10 owners sent 5 Bananas in 3 hours")]
    public void Numbers_are_not_torn_from_their_units(string text, string expected) => Format.Unbroken(text).Replace('\u00A0', '~').ShouldBe(expected);

    [Fact]
    public void A_loss_that_is_not_there_is_a_dash()
    {
        Format.Loss(null).ShouldBe("–");
        Format.Loss(double.NaN).ShouldBe("–");
    }
}
