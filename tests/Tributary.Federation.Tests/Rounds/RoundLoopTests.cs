using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Rounds;

public sealed partial class RoundLoopTests : IDisposable
{
    private static readonly ParameterSet Start = Sets.X(1, -2, 0.5);
    private static readonly TensorLayout Layout = TensorLayout.Of(Start);
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_round_averages_by_examples()
    {
        var state = await Run("a", Catalogue.FedIt, rounds: 1);
        // clients add 1, 2, 3 with 1, 2, 3 examples: mean 14/6
        state.Model.Values().ShouldBeNear([1 + (14.0 / 6), -2 + (14.0 / 6), 0.5 + (14.0 / 6)], 1e-7);
    }

    [Theory]
    [InlineData("fedit")]
    [InlineData("fedavgm")]
    [InlineData("fedadam")]
    [InlineData("scaffold")]
    public async Task Order_of_arrival_and_of_clients_changes_nothing(string id)
    {
        var method = Catalogue.Find(id);
        await Run("a", method, rounds: 3);
        await Run("b", method, rounds: 3, reversed: true, clients: ["c3", "c1", "c2"]);
        Final("a", 3).ShouldBe(Final("b", 3));
    }

    [Fact]
    public async Task Encodings_of_values_and_differences_agree()
    {
        var values = await Run("a", Catalogue.FedIt, rounds: 2);
        var deltas = await Run("b", Catalogue.FedIt with { Codec = new Codec(Up: new Encoding.Deltas()) }, rounds: 2);
        deltas.Model.Values().ShouldBeNear([.. values.Model.Values().Select(v => (double)v)], 1e-6);
    }

    /// <summary>The process dies before every single call that the loop makes; going on must end in the same bytes, with every report told once.</summary>
    [Theory]
    [InlineData("fedit")]
    [InlineData("scaffold")]
    [InlineData("local-only")]
    public async Task Killed_at_any_call_and_resumed_the_result_has_the_same_bytes(string id)
    {
        var method = Catalogue.Find(id) with { Pace = id == "fedit" ? new Pace.FirstK(2) : new Pace.WholeCohort() };
        var calls = 0;
        await Run("whole", method, rounds: 2, before: _ => calls++);
        var expected = (Final("whole", 2), Clients("whole"), Bytes("whole"));
        calls.ShouldBeGreaterThan(15);
        for (var kill = 1; kill <= calls; kill++)
        {
            var name = $"killed{kill}";
            var count = 0;
            await Should.ThrowAsync<InvalidOperationException>(Run(name, method, rounds: 2, before: _ => Die(++count == kill)));
            await Run(name, method, rounds: 2);
            Final(name, 2).ShouldBe(expected.Item1, name);
            Clients(name).ShouldBe(expected.Item2, name);
            Bytes(name).ShouldBe(expected.Item3, name);
        }
    }

    /// <summary>The process dies inside the store: the update is in the spool, the new version on disk, but the journal does not say so.</summary>
    [Theory]
    [InlineData("fedit")]
    [InlineData("scaffold")]
    public async Task What_the_journal_does_not_mention_is_done_again_to_the_same_bytes(string id)
    {
        var method = Catalogue.Find(id);
        var calls = new List<string>();
        await Run("whole", method, rounds: 2, before: calls.Add);
        var expected = (Final("whole", 2), Clients("whole"));
        for (var kill = 1; kill <= calls.Count; kill++)
        {
            if (calls[kill - 1] is not ("acknowledge" or "close"))
            {
                continue;
            }

            var name = $"torn{kill}";
            var count = 0;
            await Should.ThrowAsync<InvalidOperationException>(Run(name, method, rounds: 2, before: _ => Die(++count == kill)));
            if (calls[kill - 1] == "acknowledge")
            {
                CutLastLine(name);
            }
            else
            {
                var version = calls.Take(kill).Count(call => call == "close");
                File.WriteAllText(Path.Combine(folder.PathOf(name), "versions", $"{version:D6}.safetensors"), "half a state");
            }

            await Run(name, method, rounds: 2);
            Final(name, 2).ShouldBe(expected.Item1, name);
            Clients(name).ShouldBe(expected.Item2, name);
        }
    }

    [Fact]
    public async Task Spools_and_old_versions_are_freed()
    {
        await Run("a", Catalogue.FedIt, rounds: 4);
        Directory.EnumerateFileSystemEntries(Path.Combine(folder.PathOf("a"), "spool")).ShouldBeEmpty();
        Directory.EnumerateFiles(Path.Combine(folder.PathOf("a"), "versions")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["000003.safetensors", "000004.safetensors"]);
    }

    [Fact]
    public async Task Acknowledged_work_is_not_done_again()
    {
        var received = 0;
        await Should.ThrowAsync<InvalidOperationException>(Run("a", Catalogue.FedIt, rounds: 1, before: call => Die(call == "work" && ++received == 3)));
        var pool = Pool("a", Catalogue.FedIt);
        await Run("a", Catalogue.FedIt, rounds: 1, pool: pool);
        pool.Answers.ShouldBe(1);
    }

    [Fact]
    public async Task The_first_k_answers_close_a_round_and_later_ones_are_refused()
    {
        var method = Catalogue.FedIt with { Pace = new Pace.FirstK(2) };
        var report = default(RoundReport);
        await Run("a", method, rounds: 1, observer: new Watcher(r => report = r));
        report!.Participants.ShouldBe(["c1", "c2"]);
        report.Cohort.ShouldBe(["c1", "c2", "c3"]);
        report.Traffic.Single(t => t.Client == "c3").Up.Bytes.ShouldBe(0);
        report.Traffic.Single(t => t.Client == "c3").Down.Bytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_time_of_training_is_that_in_which_clients_work()
    {
        var time = new HandMovedTime();
        var report = default(RoundReport);
        await Run(
            "a", Catalogue.FedIt, rounds: 1, before: call => time.Seconds += call == "work" ? 2 : 0, observer: new Watcher(r => report = r), time: time,
            evaluator: new SlowEvaluator(time));
        report!.TrainingSeconds.ShouldBe(3 * 2);
        report.Seconds.ShouldBe((3 * 2) + SlowEvaluator.Seconds);
    }

    [Fact]
    public async Task An_answer_to_an_old_version_is_refused()
    {
        var pool = Pool("a", Catalogue.FedIt);
        var late = new LatePool(pool, new OrderKey("run", 7, "train", "c1"));
        await Run("a", Catalogue.FedIt, rounds: 1, pool: late);
        pool.Receipts[0].ShouldBe((new OrderKey("run", 7, "train", "c1"), false));
        pool.Receipts.Count(receipt => receipt.Accepted).ShouldBe(3);
    }

    [Fact]
    public async Task The_ledger_counts_bodies_to_the_byte()
    {
        var ledger = new TrafficLedger();
        await Run("a", Catalogue.FedIt, rounds: 2, observer: ledger);
        ledger.Total.Up.ValueBytes.ShouldBe(2 * 3 * 3 * 4);
        ledger.Total.Down.ValueBytes.ShouldBe(2 * 3 * 3 * 4);
        ledger.Clients["c1"].Up.ValueBytes.ShouldBe(2 * 3 * 4);
        ledger.Rounds[1].Up.Bytes.ShouldBeGreaterThan(ledger.Rounds[1].Up.ValueBytes);
    }

    [Fact]
    public async Task Scaffold_sends_twice_what_FedIT_sends()
    {
        var (plain, control) = (new TrafficLedger(), new TrafficLedger());
        await Run("a", Catalogue.FedIt, rounds: 1, observer: plain);
        await Run("b", Catalogue.Scaffold, rounds: 1, observer: control);
        control.Total.Up.ValueBytes.ShouldBe(2 * plain.Total.Up.ValueBytes);
    }

    [Fact]
    public async Task Private_tensors_never_travel()
    {
        var ledger = new TrafficLedger();
        var state = await Run("a", Catalogue.LocalOnly, rounds: 2, observer: ledger);
        ledger.Total.Up.ValueBytes.ShouldBe(0);
        ledger.Total.Down.ValueBytes.ShouldBe(0);
        state.Model.Values().ShouldBe(Start.Values());
    }

    [Fact]
    public async Task A_model_that_is_not_finite_stops_the_run_and_keeps_the_last_state()
    {
        var method = Catalogue.FedIt with { ServerStep = new ServerStep.Momentum(0.9, LearningRate: 1e38) };
        var error = await Should.ThrowAsync<RunException>(Run("a", method, rounds: 50));
        error.Message.ShouldContain("not finite");
        using var store = new FolderRunStore(folder.PathOf("a"), MessageSchemas.Server(Layout, method));
        store.Reports.Count.ShouldBe(int.Parse(error.Message.Split(' ')[1].TrimEnd(':')) - 1);
    }

    [Fact]
    public async Task Another_configuration_does_not_continue_a_run()
    {
        await Run("a", Catalogue.FedIt, rounds: 1);
        (await Should.ThrowAsync<InputException>(Run("a", Catalogue.FedIt, rounds: 1, config: "other"))).Message.ShouldContain("another run");
    }

    [Fact]
    public async Task Resuming_tells_the_committed_rounds_again_in_order()
    {
        var first = new List<int>();
        await Run("a", Catalogue.FedIt, rounds: 2, observer: new Watcher(report => first.Add(report.Round)));
        var again = new List<int>();
        await Run("a", Catalogue.FedIt, rounds: 3, observer: new Watcher(report => again.Add(report.Round)));
        first.ShouldBe([1, 2]);
        again.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_schedule_changes_the_parts_of_a_round()
    {
        var seen = new List<Weighting>();
        var method = Catalogue.FedIt with { Schedule = new Schedule.Parity(new Overrides(Weighting: new Weighting.Uniform()), Overrides.None) };
        var pool = new ScriptedPool(States("a"), Layout, (order, received, kept) =>
        {
            seen.Add(order.Method.Weighting);
            return Work(order, received, kept);
        });
        await Run("a", method, rounds: 2, pool: pool);
        seen.Distinct().ShouldBe([new Weighting.Uniform(), new Weighting.Examples()]);
    }

    [Fact]
    public void Work_orders_survive_the_round_trip()
    {
        var order = new WorkOrder("run", 3, 9, "train", "c1", WorkOrder.CurrentProtocol, long.MaxValue, "abc", "def", Catalogue.Scaffold);
        WorkOrder.FromJson(order.ToJson()).ToJson().ShouldBe(order.ToJson());
        WorkOrder.FromJson(order.ToJson()).Key.ShouldBe(order.Key);
    }

    public void Dispose() => folder.Dispose();

    private static void Die(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("killed");
        }
    }

    // Client ck adds k to what it received (or to its private values), has k examples, and counts its rounds in its control variate.
    private static (MessageBody Answer, MessageBody State) Work(WorkOrder order, MessageBody received, MessageBody kept)
    {
        var k = order.Client[1] - '0';
        var isPrivate = order.Method.Sharing is Sharing.AllPrivate;
        var from = isPrivate ? (kept.Section("private") is { Count: > 0 } own ? own : Start) : received.Section(MessageBody.Parameters);
        var trained = new ParameterSet(from.Select(tensor => tensor with { Values = [.. tensor.Values.Select(v => v + k)] }));
        var answer = MessageBody.Empty.WithNumber(Update.ExamplesNumber, k).WithNumber(Update.TrainLossNumber, k);
        var state = isPrivate ? MessageBody.Empty.WithSection("private", trained) : MessageBody.Empty;
        if (!isPrivate)
        {
            answer = answer.WithSection(MessageBody.Parameters, order.Method.Codec.Up is Encoding.Deltas ? trained.Minus(from) : trained);
        }

        if (order.Method.ServerStep is ServerStep.ControlVariates)
        {
            var control = kept.Section(MessageBody.Control) is { Count: > 0 } old ? old : Sets.X(0, 0, 0);
            answer = answer.WithSection(MessageBody.Control, Sets.X(k, k, k));
            state = state.WithSection(MessageBody.Control, control.Plus(Sets.X(k, k, k)));
        }

        return (answer, state);
    }

    private void CutLastLine(string name)
    {
        var path = Path.Combine(folder.PathOf(name), "journal.jsonl");
        var lines = File.ReadAllText(path).TrimEnd('\n').Split('\n');
        File.WriteAllText(path, string.Concat(lines[..^1].Select(line => line + "\n")) + lines[^1][..10]);
    }

    private ClientStateStore States(string name) => new(folder.PathOf(name + "-clients"), MessageSchemas.Client(Layout));

    private ScriptedPool Pool(string name, Method method, bool reversed = false) => new(States(name), Layout, Work, reversed);

    private async Task<ServerState> Run(
        string name, Method method, int rounds, bool reversed = false, string[]? clients = null, Action<string>? before = null, IClientPool? pool = null,
        IRunObserver? observer = null, string config = "config", TimeProvider? time = null, IRoundEvaluator? evaluator = null)
    {
        using var store = new FolderRunStore(folder.PathOf(name), MessageSchemas.Server(Layout, method));
        States(name).Recover(store.IsAcknowledged);
        var scripted = pool ?? Pool(name, method, reversed);
        if (before is not null)
        {
            ((ScriptedPool)scripted).Before = before;
        }

        var plan = new RunPlan("run", config, method, rounds, clients ?? ["c1", "c2", "c3"], Layout, 1);
        return await new RoundLoop(plan, store, scripted, observer ?? new Watcher(_ => { }), time ?? TimeProvider.System, evaluator).RunAsync(Start, CancellationToken.None);
    }

    private byte[] Final(string name, int version) => File.ReadAllBytes(Path.Combine(folder.PathOf(name), "versions", $"{version:D6}.safetensors"));

    private string[] Clients(string name) => [.. Directory.EnumerateFiles(folder.PathOf(name + "-clients"), "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path).StartsWith("state", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(path => Path.GetFileName(Path.GetDirectoryName(path)) + Convert.ToHexString(File.ReadAllBytes(path)))];

    private TrafficSum Bytes(string name)
    {
        using var store = new FolderRunStore(folder.PathOf(name), MessageSchema.Parameters(Layout));
        var ledger = new TrafficLedger();
        foreach (var report in store.Reports)
        {
            ledger.OnRound(report);
        }

        return ledger.Total;
    }

    private sealed class HandMovedTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class SlowEvaluator(HandMovedTime time) : IRoundEvaluator
    {
        public const int Seconds = 5;

        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(int round, ServerState state, CancellationToken cancellation)
        {
            time.Seconds += Seconds;
            return new(new Dictionary<string, double>());
        }
    }

    private sealed class Watcher(Action<RoundReport> onRound) : IRunObserver
    {
        public void OnRound(RoundReport report) => onRound(report);
    }

    private sealed class LatePool(ScriptedPool inner, OrderKey late) : IClientPool
    {
        private bool told;

        public bool HasArrived => inner.HasArrived;

        public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation) => inner.DispatchAsync(work, cancellation);

        public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
        {
            if (told)
            {
                return inner.ReceiveAsync(cancellation);
            }

            told = true;
            return new(new ClientMessage(late, "nowhere"));
        }

        public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation) => inner.AcknowledgeAsync(key, accepted, cancellation);

        public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => inner.CloseAsync(run, version, exchange, cancellation);
    }
}
