using Tributary.Coordinator.Work;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;

namespace Tributary.Coordinator.Tests.Work;

public sealed class SiteDeskTests
{
    private static readonly TimeSpan NoWait = TimeSpan.Zero;
    private readonly ManualTime time = new();
    private readonly SiteDesk desk;

    public SiteDeskTests() => desk = new SiteDesk(time);

    [Fact]
    public async Task Work_is_one_agents_until_its_lease_ends()
    {
        desk.Post(Posting(0));
        var first = await desk.TakeAsync("a", NoWait, CancellationToken.None);
        (await desk.TakeAsync("b", NoWait, CancellationToken.None)).ShouldBeNull();
        time.Now += SiteDesk.LeaseTime / 2;
        desk.Renew(first!.Lease).ShouldBe(first);
        time.Now += SiteDesk.LeaseTime / 2;
        (await desk.TakeAsync("b", NoWait, CancellationToken.None)).ShouldBeNull();
        desk.IsWorking.ShouldBeTrue();

        time.Now += SiteDesk.LeaseTime;
        desk.IsWorking.ShouldBeFalse();
        var lease = first.Lease;
        (await desk.TakeAsync("b", NoWait, CancellationToken.None)).ShouldBe(first);
        desk.Renew(lease).ShouldBeNull();
    }

    [Fact]
    public async Task An_agent_that_was_started_again_has_its_work_at_once()
    {
        desk.Post(Posting(0));
        var first = await desk.TakeAsync("a", NoWait, CancellationToken.None);
        (await desk.TakeAsync("a", NoWait, CancellationToken.None)).ShouldBe(first);
    }

    [Fact]
    public async Task Work_given_back_is_anybodys()
    {
        desk.Post(Posting(0));
        var first = await desk.TakeAsync("a", NoWait, CancellationToken.None);
        desk.Release("another lease");
        (await desk.TakeAsync("b", NoWait, CancellationToken.None)).ShouldBeNull();
        desk.Release(first!.Lease);
        (await desk.TakeAsync("b", NoWait, CancellationToken.None)).ShouldBe(first);
    }

    [Fact]
    public async Task The_oldest_work_comes_first_and_the_same_work_is_there_once()
    {
        desk.Post(Posting(0));
        desk.Post(Posting(1));
        var again = Posting(0);
        desk.Post(again);
        (await desk.TakeAsync("a", NoWait, CancellationToken.None))!.Key.Version.ShouldBe(1);
        desk.Withdraw(key => key.Version == 1);
        (await desk.TakeAsync("a", NoWait, CancellationToken.None)).ShouldBe(again);
        desk.Find(again.Key).ShouldBe(again);
        desk.Withdraw(_ => true);
        desk.Find(again.Key).ShouldBeNull();
    }

    [Fact]
    public async Task Who_waits_has_work_as_soon_as_there_is_some()
    {
        var real = new SiteDesk(TimeProvider.System);
        var waiting = real.TakeAsync("a", TimeSpan.FromMinutes(1), CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        var posting = Posting(0);
        real.Post(posting);
        (await waiting).ShouldBe(posting);
        (await real.TakeAsync("b", TimeSpan.FromMilliseconds(5), CancellationToken.None)).ShouldBeNull();
    }

    private static Posting Posting(int version) => new(
        new Dispatched(new WorkOrder("run", version, 9, "train", "site", WorkOrder.CurrentProtocol, 1, "", "", Catalogue.FedIt), "body", new MessageLength(1, 1)),
        new RemotePool(new WorkDesk(TimeProvider.System), new TensorLayout([]), _ => false, TimeProvider.System, DateTimeOffset.UnixEpoch));
}
