namespace Tributary.Cli.Tests.Verbs;

public class BenchVerbTests
{
    [Theory]
    [InlineData("train --preset gpt3", "it must be one of gpt2-124m")]
    [InlineData("train --batch 0", "--batch is 0")]
    [InlineData("train --base-dtype f64", "it must be one of f32, bf16")]
    [InlineData("fly", "unknown verb 'fly'")]
    [InlineData("", "command")]
    public void Absurd_settings_are_refused_in_one_line(string line, string says) =>
        BuiltTool.Run(["bench", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ShouldBeRefused().ShouldContain(says);
}
