using Tributary.Coordinator.Store;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Store;

public class PlainNameTests
{
    public static TheoryData<string?> Hostile =>
    [
        null, "", " ", ".", "..", "../x", "x/../y", "/etc/passwd", "a\\b", "C:", "-rf", ".hidden", "ends.", "ends-", "a b", "a\nb", "a\0b", "a\u001b[31m", "north\n", "North",
        "n\u043erth", "no\u0301rth", "\uff4eorth", "north\u200b", "\u202enorth", "café", "CN=x,O=y", "a,b", "a+b", "<b>", "%2e%2e", "'; --", new string('x', 64), new string('x', 10_000), "\ud800",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_name_is_refused_in_a_short_line_that_does_not_repeat_it(string? name)
    {
        var message = Should.Throw<InputException>(() => PlainName.Require(name, "site")).Message;
        message.Length.ShouldBeLessThan(200);
        message.ShouldStartWith("the name of a site has 1 to 63 characters");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("north")]
    [InlineData("client-07")]
    [InlineData("st.mary_s-2")]
    public void A_plain_name_passes(string name) => PlainName.Require(name, "site").ShouldBe(name);

    [Fact]
    public void The_longest_name_passes() => PlainName.Require(new string('x', 63), "site").Length.ShouldBe(63);
}
