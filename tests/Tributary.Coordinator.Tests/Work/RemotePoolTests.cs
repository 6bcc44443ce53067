using Tributary.Coordinator.Work;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests;
using Tributary.Federation.Tests.Rounds;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Coordinator.Tests.Work;

public sealed class RemotePoolTests : IDisposable
{
    private const int Rounds = 4;
    private static readonly string[] Sites = ["c1", "c2", "c3"];
    private static readonly ParameterSet Start = Sets.X(1, 2, 3);
    private static readonly TensorLayout Layout = TensorLayout.Of(Start);
    private readonly TemporaryFolder folder = new();
    private readonly WorkDesk desk = new(TimeProvider.System);

    public static TheoryData<string> Ids => ["fedit", "scaffold", "fedbuff"];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_run_over_desks_ends_in_the_bytes_of_one_in_a_process(string id)
    {
        var method = Method(id);
        using (var store = Store("here", method))
        {
            await new RoundLoop(Plan(method), store, new ScriptedPool(States("here"), Layout, Work), new Silent(), TimeProvider.System).RunAsync(Start, CancellationToken.None);
        }

        await Play("there", method);
        Final("there").ShouldBe(Final("here"));
    }

    [Fact]
    public async Task An_answer_sent_twice_counts_once_and_both_senders_hear_of_it()
    {
        var heard = new List<bool>();
        await Play("a", Catalogue.FedIt, async (pool, key, path) =>
        {
            var again = path + ".again";
            File.Copy(path, again);
            var both = await Task.WhenAll(pool.AnswerAsync(key, path, CancellationToken.None), pool.AnswerAsync(key, again, CancellationToken.None));
            lock (heard)
            {
                heard.AddRange(both);
            }
        });
        heard.Count.ShouldBe(2 * Rounds * Sites.Length);
        heard.ShouldAllBe(accepted => accepted);
        await Play("b", Catalogue.FedIt);
        Final("a").ShouldBe(Final("b"));
    }

    [Fact]
    public async Task Who_comes_after_the_first_has_no_work_left_and_hears_that_it_is_too_late()
    {
        var late = new TaskCompletionSource<(Posting Posting, string Path)>();
        var method = Catalogue.FedIt with { Pace = new Pace.FirstK(2) };
        using var done = new CancellationTokenSource();
        var run = Play("a", method, async (pool, key, path) =>
        {
            if (key is { Client: "c3", Version: 0 })
            {
                late.SetResult((desk.For("c3").Find(key)!, path));
                await Task.Delay(Timeout.Infinite, done.Token);
            }

            await late.Task;
            await pool.AnswerAsync(key, path, CancellationToken.None);
        }, done);
        var (posting, path) = await late.Task;
        await run;
        desk.For("c3").Find(posting.Key).ShouldBeNull();
        await Should.ThrowAsync<RunException>(posting.Pool.AnswerAsync(posting.Key, path, CancellationToken.None));
    }

    [Fact]
    public async Task A_run_that_stops_tells_who_waits_to_ask_later()
    {
        var pool = new RemotePool(desk, Layout, _ => false, TimeProvider.System, DateTimeOffset.UnixEpoch);
        var answer = pool.AnswerAsync(new OrderKey("run", 0, "train", "c1"), "file", CancellationToken.None);
        pool.HasArrived.ShouldBeTrue();
        pool.Stop();
        (await Should.ThrowAsync<RunException>(answer)).Message.ShouldContain("later");
        (await Should.ThrowAsync<RunException>(pool.AnswerAsync(new OrderKey("run", 0, "train", "c2"), "file", CancellationToken.None))).Message.ShouldContain("later");
    }

    public void Dispose() => folder.Dispose();

    private static Method Method(string id) => Catalogue.Find(id)! is { Pace: Pace.Buffer } buffered ? buffered with { Pace = new Pace.Buffer(Size: 3, InFlight: 3, MostStale: 0) } : Catalogue.Find(id)!;

    private static RunPlan Plan(Method method) => new("run", "config", method, Rounds, Sites, Layout, 1);

    // Client ck adds k, and counts in its control variate.
    private static (MessageBody Answer, MessageBody State) Work(WorkOrder order, MessageBody received, MessageBody kept)
    {
        var k = order.Client[1] - '0';
        var from = received.Section(MessageBody.Parameters);
        var trained = new ParameterSet(from.Select(tensor => tensor with { Values = [.. tensor.Values.Select(value => value + k)] }));
        var answer = MessageBody.Empty.WithNumber(Update.ExamplesNumber, k).WithNumber(Update.TrainLossNumber, k)
            .WithSection(MessageBody.Parameters, order.Method.Codec.Up is Encoding.Deltas ? new ParameterSet(from.Select(tensor => tensor with { Values = [.. tensor.Values.Select(_ => (float)k)] })) : trained);
        return order.Method.ServerStep is ServerStep.ControlVariates ? (answer.WithSection(MessageBody.Control, Sets.X(k, k, k)), MessageBody.Empty) : (answer, MessageBody.Empty);
    }

    private FolderRunStore Store(string name, Method method) => new(folder.PathOf(name), MessageSchemas.Server(Layout, method));

    private ClientStateStore States(string name) => new(folder.PathOf(name + "-clients"), MessageSchemas.Client(Layout));

    private byte[] Final(string name) => File.ReadAllBytes(Path.Combine(folder.PathOf(name), "versions", $"{Rounds:D6}.safetensors"));

    private async Task Play(string name, Method method, Func<RemotePool, OrderKey, string, Task>? send = null, CancellationTokenSource? ended = null)
    {
        using var end = ended is null ? new CancellationTokenSource() : CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        using var store = new LockedRunStore(Store(name, method));
        var pool = new RemotePool(desk, Layout, store.IsAcknowledged, TimeProvider.System, TimeProvider.System.GetUtcNow());
        var agents = Sites.Select(site => Agent(name, site, send ?? ((to, key, path) => to.AnswerAsync(key, path, CancellationToken.None)), end.Token)).ToArray();
        try
        {
            await new RoundLoop(Plan(method), store, pool, new Silent(), TimeProvider.System).RunAsync(Start, CancellationToken.None);
        }
        finally
        {
            pool.Stop();
            await (ended ?? end).CancelAsync();
            await Task.WhenAll(agents);
        }
    }

    private async Task Agent(string name, string site, Func<RemotePool, OrderKey, string, Task> send, CancellationToken end)
    {
        try
        {
            while (await desk.For(site).TakeAsync(site, TimeSpan.FromMinutes(1), end) is { } posting)
            {
                var order = posting.Work.Order;
                var (answer, _) = Work(order, MessageFile.Read(posting.Work.Path, MessageSchemas.Down(Layout, order)), MessageBody.Empty);
                var path = folder.PathOf($"{name}-{site}-{order.Version}.safetensors");
                MessageFile.Write(path, answer);
                await send(posting.Pool, posting.Key, path);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private sealed class Silent : IRunObserver;
}
