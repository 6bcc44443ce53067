using Tributary.Federation.Methods;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Rounds;

/// <summary>What a disk or a person did to a run's folder.</summary>
public sealed partial class RoundLoopTests
{
    [Fact]
    public async Task A_run_whose_journal_was_lost_does_not_begin_anew()
    {
        await Run("a", Catalogue.FedIt, rounds: 2);
        File.Delete(Path.Combine(folder.PathOf("a"), "journal.jsonl"));
        (await Should.ThrowAsync<InputException>(Run("a", Catalogue.FedIt, rounds: 3))).Message.ShouldContain("journal is missing");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_changed_in_the_spool_is_not_joined(bool isMissing)
    {
        var answers = 0;
        await Should.ThrowAsync<InvalidOperationException>(Run("a", Catalogue.FedIt, rounds: 2, before: what => Die(what == "work" && ++answers == 2)));
        var spooled = Directory.EnumerateFiles(Path.Combine(folder.PathOf("a"), "spool"), "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var bytes = File.ReadAllBytes(spooled);
        bytes[^1] ^= 1;
        File.WriteAllBytes(spooled, bytes);
        if (isMissing)
        {
            File.Delete(spooled);
        }

        (await Should.ThrowAsync<InputException>(Run("a", Catalogue.FedIt, rounds: 2))).Message.ShouldContain("missing or has changed");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    public async Task A_damaged_state_is_named_with_a_remedy(int left)
    {
        await Run("a", Catalogue.FedIt, rounds: 2);
        var state = Path.Combine(folder.PathOf("a"), "versions", "000002.safetensors");
        File.WriteAllBytes(state, File.ReadAllBytes(state)[..left]);
        var error = await Should.ThrowAsync<InputException>(Run("a", Catalogue.FedIt, rounds: 3));
        error.Message.ShouldStartWith(state);
        error.Message.ShouldContain("state after round 2");
        error.Message.ShouldContain("start the run anew");
        error.Message.ShouldNotContain("fetch");
    }
}
