using Tributary.Simulation.Verification;

namespace Tributary.Simulation.Tests.Verification;

public sealed class TokenizerFixtureTests
{
    [SharedDataTheory]
    [InlineData("bert")]
    [InlineData("bert_no_lower")]
    [InlineData("gpt2")]
    [InlineData("gpt2_prefix_space")]
    [InlineData("roberta")]
    [InlineData("llama")]
    [InlineData("sp_small")]
    public void Every_field_of_the_reference_strings_is_met(string name)
    {
        var path = SharedData.PathOf("golden", "tokenizers", name);
        var fixture = new TokenizerFixture();
        fixture.Claims(path).ShouldBeTrue();
        var report = new FixtureReport();
        fixture.Run(path, report);
        var outcome = report.Outcome(name, "tokenizers");
        outcome.Status.ShouldBe(FixtureStatus.Passed, outcome.Why);
    }

    [Fact]
    public void A_wrong_id_is_found()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Root, "tokenizers", "gpt2");
        folder.Write("tokenizers/gpt2/vocab.json", """{"a": 0, "b": 1, "ab": 2}""");
        folder.Write("tokenizers/gpt2/merges.txt", "#version: 0.2\na b\n");
        folder.Write("tokenizers/gpt2/strings.jsonl", """{"text": "ab", "ids": [0, 1], "decoded": "ab"}""" + "\n");
        var report = new FixtureReport();
        new TokenizerFixture().Run(path, report);
        var outcome = report.Outcome("tokenizers/gpt2", "tokenizer");
        outcome.Status.ShouldBe(FixtureStatus.Failed);
        outcome.Why!.ShouldContain("line 1: ids");
    }

    [Fact]
    public void Folders_of_other_tokenizers_are_not_claimed() => new TokenizerFixture().Claims(Path.Combine("golden", "tokenizers", "other")).ShouldBeFalse();
}
