namespace Tributary.Cli.Tests.Verbs;

public class BenchVerbTests
{
    [Fact]
    public void A_hundred_simulated_clients_one_after_another_take_little_more_memory_than_their_adapters_and_moments()
    {
        var outcome = BuiltTool.Run("bench", "simulate", "--clients", "100", "--threads", "1", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        var result = document.RootElement;
        long Bytes(string name) => result.GetProperty(name).GetInt64();
        Bytes("difference").ShouldBe(Bytes("rss_many") - Bytes("rss_one"));
        Bytes("allowed").ShouldBe((long)(99 * 1.1 * (Bytes("adapter_bytes") + Bytes("moment_bytes"))) + 20_000_000);
        Bytes("difference").ShouldBeLessThanOrEqualTo(Bytes("allowed"));
    }

    [Theory]
    [InlineData("train --preset gpt3", "it must be one of gpt2-124m")]
    [InlineData("train --batch 0", "--batch is 0")]
    [InlineData("train --base-dtype f64", "it must be one of f32, bf16")]
    [InlineData("fly", "unknown verb 'fly'")]
    [InlineData("", "say which: train")]
    public void Absurd_settings_are_refused_in_one_line(string line, string says) =>
        BuiltTool.Run(["bench", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ShouldBeRefused().ShouldContain(says);
}
