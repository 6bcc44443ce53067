using Tributary.Federation.Messages;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.State;

/// <summary>What every journal keeps to, wherever it is kept.</summary>
public abstract class JournalContract : IDisposable
{
    protected TemporaryFolder Folder { get; } = new();

    [Fact]
    public void Entries_come_back_in_order()
    {
        Write("a", "b");
        Write("c");
        Names().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Numbers_that_are_not_finite_can_be_journalled()
    {
        using (var journal = Open())
        {
            journal.Append(new JournalEntry.Received(new Update(0, "train", "a", new Dictionary<string, double> { ["train_loss"] = double.NaN }, new MessageLength(1, 2)), "00"));
        }

        using var again = Open();
        var update = again.Entries.ShouldHaveSingleItem().ShouldBeOfType<JournalEntry.Received>().Update;
        update.TrainLoss.ShouldBe(double.NaN);
        update.Up.ShouldBe(new MessageLength(1, 2));
    }

    [Fact]
    public void A_second_holder_is_kept_out()
    {
        using var journal = Open();
        Should.Throw<RunException>(Open);
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract IJournal Open();

    protected void Write(params string[] names)
    {
        using var journal = Open();
        foreach (var name in names)
        {
            journal.Append(new JournalEntry.Opened(name, "hash"));
        }
    }

    protected string[] Names()
    {
        using var journal = Open();
        return [.. journal.Entries.Cast<JournalEntry.Opened>().Select(entry => entry.Run)];
    }
}
