using Tributary.Federation.Devices;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.Tests.Rounds;

/// <summary>Answers arrive when their work is done and both bodies have travelled.</summary>
public sealed class TimedPoolTests : IDisposable
{
    private const int Answer = 1000;
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_body_down_the_work_and_a_body_up_add_up()
    {
        var pool = Pool(("a", new DeviceProfile("phone", BandwidthUp: 4000, BandwidthDown: 8000)));
        await Dispatch(pool, "a", at: 5);

        // 500 bytes down at 1 000 a second, 3 s of work, 1 000 bytes up at 500 a second.
        (await pool.ReceiveAsync(CancellationToken.None)).At.ShouldBe(5 + 0.5 + 3 + 2, 1e-12);
    }

    [Fact]
    public async Task Who_is_done_first_may_arrive_last()
    {
        var pool = Pool(("a", new DeviceProfile("phone", BandwidthUp: 800)), ("b", new DeviceProfile("laptop", BandwidthUp: 8000)), ("c", new DeviceProfile("server")));
        await Dispatch(pool, "a", at: 0);
        await Dispatch(pool, "b", at: 1);
        await Dispatch(pool, "c", at: 1.5);

        var arrived = new List<(string, double)>();
        for (var i = 0; i < 3; i++)
        {
            var message = await pool.ReceiveAsync(CancellationToken.None);
            arrived.Add((message.Key.Client, message.At));
        }

        arrived.ShouldBe([("c", 4.5), ("b", 5), ("a", 13)]);
    }

    [Fact]
    public async Task Nothing_has_arrived_while_it_travels()
    {
        var pool = Pool(("a", new DeviceProfile("server")), ("b", new DeviceProfile("phone", BandwidthUp: 8000)), ("c", new DeviceProfile("server")));
        await Dispatch(pool, "a", at: 0);
        await Dispatch(pool, "b", at: 0);
        await pool.ReceiveAsync(CancellationToken.None);
        pool.HasArrived.ShouldBeFalse("b is done at the same time, but its answer is on the way");
        await Dispatch(pool, "c", at: 0);
        pool.HasArrived.ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_is_done_after_another_arrives_is_not_waited_for()
    {
        var (inner, pool) = Both(("a", new DeviceProfile("phone", BandwidthUp: 8000)), ("b", new DeviceProfile("phone", BandwidthUp: 8000)));
        await Dispatch(pool, "a", at: 0);
        await Dispatch(pool, "b", at: 2);
        (await pool.ReceiveAsync(CancellationToken.None)).Key.Client.ShouldBe("a");
        inner.Received.ShouldBe(1);
    }

    public void Dispose() => folder.Dispose();

    private TimedPool Pool(params (string Client, DeviceProfile Profile)[] machines) => Both(machines).Pool;

    private (Answers Inner, TimedPool Pool) Both(params (string Client, DeviceProfile Profile)[] machines)
    {
        var path = folder.PathOf("answer");
        File.WriteAllBytes(path, new byte[Answer]);
        var inner = new Answers(path);
        return (inner, new TimedPool(inner, new AnswerTimes(new Durations.Constant(3), 1, machines.ToDictionary(one => one.Client, one => one.Profile, StringComparer.Ordinal))));
    }

    private static ValueTask Dispatch(TimedPool pool, string client, double at) => pool.DispatchAsync(
        new Dispatched(new WorkOrder("run", 0, 1, "train", client, WorkOrder.CurrentProtocol, 1, "", "", Catalogue.FedIt), "", new MessageLength(500, 0), at), CancellationToken.None);

    /// <summary>Answers in the order of dispatch, all with one file.</summary>
    private sealed class Answers(string path) : IClientPool
    {
        private readonly Queue<OrderKey> waiting = [];

        public int Received { get; private set; }

        public bool HasArrived => waiting.Count > 0;

        public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
        {
            waiting.Enqueue(work.Order.Key);
            return default;
        }

        public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
        {
            Received++;
            return new(new ClientMessage(waiting.Dequeue(), path));
        }

        public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation) => default;

        public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;
    }
}
