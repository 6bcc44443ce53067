namespace Tributary.Cli.Tests.Verbs;

public class BenchVerbTests
{
    [Theory]
    [InlineData(20, 1)]
    [InlineData(20, 2)]
    [InlineData(100, 2)]
    public void Many_simulated_clients_take_little_more_memory_than_their_adapters_and_moments(int clients, int threads)
    {
        var outcome = BuiltTool.Run("bench", "simulate", "--clients", $"{clients}", "--threads", $"{threads}", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = System.Text.Json.JsonDocument.Parse(outcome.Output);
        var result = document.RootElement;
        long Bytes(string name) => result.GetProperty(name).GetInt64();
        Bytes("difference").ShouldBe(Bytes("rss_many") - Bytes("rss_one"));
        Bytes("allowed").ShouldBe((long)((clients - 1) * 1.1 * (Bytes("adapter_bytes") + Bytes("moment_bytes"))) + 20_000_000);
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
