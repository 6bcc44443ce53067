using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.State;

public sealed class JournalFileTests : JournalContract
{
    private string Path => Folder.PathOf("journal.jsonl");

    protected override IJournal Open() => new JournalFile(Path);

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

    private void Damage(int line)
    {
        var lines = File.ReadAllLines(Path);
        lines[line] = lines[line].Replace("hash", "hush", StringComparison.Ordinal);
        File.WriteAllText(Path, string.Join('\n', lines) + "\n");
    }
}
