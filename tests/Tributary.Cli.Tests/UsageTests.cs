namespace Tributary.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("methds", "did you mean 'methods'?")]
    [InlineData("methods --famly lora", "did you mean '--family'?")]
    [InlineData("verify --bogus", "unknown option '--bogus'")]
    [InlineData("methods fedit --bogus 3", "unknown option '--bogus'")]
    [InlineData("verify", "Required argument missing")]
    [InlineData("methods --family", "--family")]
    [InlineData("methods fedit another", "unknown argument 'another'")]
    [InlineData("bench", "say which: train, frozen")]
    [InlineData("bench train --batch 65536 --length 1048576", "batch × length at most")]
    [InlineData("compare e.yaml --methods fedit --seeds 0", "--seeds is 0; it must be from 1 to 100")]
    [InlineData("@nothing", "unknown verb '@nothing'")]
    public void A_line_that_does_not_parse_is_refused_in_one_line(string line, string says) =>
        BuiltTool.Run(line.Split(' ')).ShouldBeRefused().ShouldContain(says);

    [Fact]
    public void Without_arguments_the_tool_explains_itself()
    {
        var outcome = BuiltTool.Run();

        outcome.Code.ShouldBe(0);
        outcome.Output.ShouldContain("methods");
    }
}
