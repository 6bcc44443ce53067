using Tributary.Coordinator.Store;

namespace Tributary.Coordinator.Tests.Store;

public sealed class TableTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly Database database;

    public TableTests() => database = Database.Open(folder.PathOf("coordinator.db"));

    [Fact]
    public void A_run_comes_back_as_it_was_added()
    {
        var run = Run("one");
        database.Write(to => RunTable.Add(to, run)).ShouldBeTrue();
        database.Read(from => RunTable.Find(from, "one")).ShouldBe(run);
        database.Read(from => RunTable.Find(from, "two")).ShouldBeNull();
    }

    [Fact]
    public void The_id_of_a_run_is_taken_once()
    {
        database.Write(to => RunTable.Add(to, Run("one"))).ShouldBeTrue();
        database.Write(to => RunTable.Add(to, Run("one") with { Owner = "mallory" })).ShouldBeFalse();
        database.Read(RunTable.All).ShouldHaveSingleItem().Owner.ShouldBe("ada");
    }

    [Fact]
    public void Of_two_who_move_a_run_on_one_succeeds()
    {
        database.Write(to => RunTable.Add(to, Run("one")));
        database.Write(to => RunTable.Move(to, "one", RunState.Created, RunState.Running, Noon.AddMinutes(1))).ShouldBeTrue();
        database.Write(to => RunTable.Move(to, "one", RunState.Created, RunState.Stopped, Noon.AddMinutes(2))).ShouldBeFalse();
        database.Write(to => RunTable.Move(to, "one", RunState.Running, RunState.Failed, Noon.AddMinutes(3), "the disk is full")).ShouldBeTrue();
        database.Read(from => RunTable.Find(from, "one")).ShouldBe(Run("one") with { State = RunState.Failed, Changed = Noon.AddMinutes(3), Reason = "the disk is full" });
    }

    [Fact]
    public void The_newest_run_is_the_first()
    {
        database.Write(to => RunTable.Add(to, Run("old")));
        database.Write(to => RunTable.Add(to, Run("new") with { Created = Noon.AddSeconds(1) }));
        database.Read(RunTable.All).Select(run => run.Id).ShouldBe(["new", "old"]);
    }

    [Fact]
    public void A_site_that_was_withdrawn_cannot_join_again()
    {
        var joined = new Membership("one", "north", "base", "tokenizer", 1, Noon);
        database.Write(to =>
        {
            RunTable.Add(to, Run("one"));
            SiteTable.Admit(to, "north", Noon);
            SiteTable.Admit(to, "south", Noon);
        });
        database.Write(to => MembershipTable.Join(to, joined)).ShouldBeTrue();
        database.Write(to => MembershipTable.Join(to, joined with { Site = "south" })).ShouldBeTrue();
        database.Write(to => MembershipTable.Join(to, joined with { Base = "other", Joined = Noon.AddDays(1) })).ShouldBeTrue();
        database.Read(from => MembershipTable.With(from, "north")).ShouldBe([joined with { Base = "other" }]);

        database.Write(to => MembershipTable.Withdraw(to, "north", Noon.AddDays(2)));
        database.Write(to => MembershipTable.Join(to, joined)).ShouldBeFalse();
        database.Read(from => MembershipTable.Of(from, "one")).ShouldBe([joined with { Base = "other", Withdrawn = Noon.AddDays(2) }, joined with { Site = "south" }]);
    }

    public void Dispose()
    {
        database.Dispose();
        folder.Dispose();
    }

    private static RunRecord Run(string id) => new(id, "ada", "name: x\n", RunState.Created, Noon, Noon);
}
