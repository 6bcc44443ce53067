using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.State;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.PathOf("journal.jsonl");

    [Fact]
    public void Entries_come_back_in_order()
    {
        Write("a", "b", "c");
        Names().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Cut_at_any_byte_it_keeps_the_whole_lines_and_goes_on()
    {
        Write("a", "b", "c");
        var whole = File.ReadAllBytes(Path);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            var lines = whole.Take(length).Count(value => value == '\n');
            Names().ShouldBe(new[] { "a", "b", "c" }[..lines], $"cut at {length}");
            Write("d");
            Names().ShouldBe([.. new[] { "a", "b", "c" }[..lines], "d"]);
        }
    }

    [Fact]
    public void A_damaged_last_line_is_dropped()
    {
        Write("a", "b");
        Damage(line: 1);
        Names().ShouldBe(["a"]);
    }

    [Fact]
    public void A_damaged_line_in_the_middle_is_an_error()
    {
        Write("a", "b", "c");
        Damage(line: 1);
        Should.Throw<InputException>(() => Names()).Message.ShouldContain("line 2");
    }

    [Fact]
    public void Numbers_that_are_not_finite_can_be_journalled()
    {
        using (var journal = new Journal(Path))
        {
            journal.Append(new JournalEntry.Received(new Update(0, "train", "a", new Dictionary<string, double> { ["train_loss"] = double.NaN }, new MessageLength(1, 2))));
        }

        using var again = new Journal(Path);
        var update = again.Entries.ShouldHaveSingleItem().ShouldBeOfType<JournalEntry.Received>().Update;
        update.TrainLoss.ShouldBe(double.NaN);
        update.Up.ShouldBe(new MessageLength(1, 2));
    }

    [Fact]
    public void A_second_process_is_kept_out()
    {
        using var journal = new Journal(Path);
        Should.Throw<RunException>(() => new Journal(Path));
    }

    public void Dispose() => folder.Dispose();

    private void Write(params string[] names)
    {
        using var journal = new Journal(Path);
        foreach (var name in names)
        {
            journal.Append(new JournalEntry.Opened(name, "hash"));
        }
    }

    private string[] Names()
    {
        using var journal = new Journal(Path);
        return [.. journal.Entries.Cast<JournalEntry.Opened>().Select(entry => entry.Run)];
    }

    private void Damage(int line)
    {
        var lines = File.ReadAllLines(Path);
        lines[line] = lines[line].Replace("hash", "hush", StringComparison.Ordinal);
        File.WriteAllText(Path, string.Join('\n', lines) + "\n");
    }
}
