using Tributary.Federation.Devices;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>An answer as it arrived: how many versions it is late, and what it holds.</summary>
internal sealed record Arrival(OrderKey Key, int Staleness, double[] Sent);

/// <summary>Clients that do not wait for each other, over the product's own loop, store and clock. Client k of five adds k times what its version gives to what it received.</summary>
internal sealed class BufferedFederation : IRunObserver, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<OrderKey, double[]> sent = [];
    private int version;
    private int atWork;

    public static ParameterSet Start { get; } = Sets.X(1, -2);

    public static Durations Varied { get; } = new Durations.LogNormal(2, 0.8);

    /// <summary>The answers in the order of arrival.</summary>
    public List<Arrival> Arrivals { get; } = [];

    /// <summary>Work in the order in which it was handed out.</summary>
    public List<OrderKey> Begun { get; } = [];

    public int MostAtWork { get; private set; }

    public static double Change(OrderKey key) => (key.Client[1] - '0') * (1 + (0.1 * key.Version));

    public static RunPlan Plan(Method method, int rounds, Durations durations, long seed = 1, IReadOnlyDictionary<string, DeviceProfile>? devices = null) =>
        new("run", "config", method, rounds, ["c1", "c2", "c3", "c4", "c5"], Layout, seed) { Durations = durations, Devices = devices };

    /// <summary>Runs in the folder of that name, or goes on there; <paramref name="before"/> is called before every call of pool and store that changes something.</summary>
    public async Task<ServerState> RunAsync(string name, Method method, int rounds, Durations? durations = null, long seed = 1, Action? before = null, IReadOnlyDictionary<string, DeviceProfile>? devices = null)
    {
        MethodRules.Refusals(method).ShouldBeEmpty();
        (version, atWork) = (0, 0);
        Arrivals.Clear();
        Begun.Clear();
        using var files = new FolderRunStore(folder.PathOf(name), MessageSchemas.Server(Layout, method));
        var states = new ClientStateStore(folder.PathOf(name + "-clients"), MessageSchemas.Client(Layout));
        states.Recover(files.IsAcknowledged);
        var scripted = new ScriptedPool(states, Layout, (order, received, _) => (Work(order, received), MessageBody.Empty));
        before ??= () => { };
        scripted.Before = _ => before();
        var plan = Plan(method, rounds, durations ?? Varied, seed, devices);
        var pool = new TimedPool(scripted, plan.AnswerTimes, files.Now);
        return await new RoundLoop(plan, new WatchedStore(files, before), pool, this, TimeProvider.System).RunAsync(Start, CancellationToken.None);
    }

    public byte[] Final(string name, int version) => File.ReadAllBytes(Path.Combine(folder.PathOf(name), "versions", $"{version:D6}.safetensors"));

    public IReadOnlyList<RoundReport> Reports(string name)
    {
        using var store = new FolderRunStore(folder.PathOf(name), MessageSchemas.Server(Layout, Catalogue.FedBuff));
        return store.Reports;
    }

    /// <summary>What the reports of a run say, but for the time that it took.</summary>
    public string[] Told(string name) =>
        [.. Reports(name).Select(report => $"{report.Clock} {string.Join(',', report.Cohort)} {string.Join(',', report.Participants)} {string.Join(',', report.Traffic)} {string.Join(',', report.Staleness!)} {report.CalledOff}")];

    public void OnDispatched(OrderKey key)
    {
        Begun.Add(key);
        MostAtWork = Math.Max(MostAtWork, ++atWork);
    }

    public void OnReceived(Update update)
    {
        atWork--;
        var key = new OrderKey("run", update.Version, update.Exchange, update.Client);
        Arrivals.Add(new Arrival(key, version - update.Version, sent[key]));
    }

    public void OnRound(RoundReport report) => version = report.Round;

    public void Dispose() => folder.Dispose();

    private static TensorLayout Layout { get; } = TensorLayout.Of(Start);

    private MessageBody Work(WorkOrder order, MessageBody received)
    {
        var from = received.Section(MessageBody.Parameters);
        var trained = new ParameterSet(from.Select(tensor => tensor with { Values = [.. tensor.Values.Select(v => (float)(v + Change(order.Key)))] }));
        var answer = Sets.Body(order.Method.Codec.Up is Encoding.Deltas ? trained.Minus(from) : trained)
            .WithNumber(Update.ExamplesNumber, 1).WithNumber(Update.StepsNumber, 1).WithNumber(Update.TrainLossNumber, 1);
        sent[order.Key] = [.. answer.Section(MessageBody.Parameters).Values().Select(v => (double)v)];
        return answer;
    }

    private sealed class WatchedStore(IRunStore inner, Action before) : IRunStore
    {
        public ServerState Latest => inner.Latest;

        public IReadOnlyList<RoundReport> Reports => inner.Reports;

        public IEnumerable<Flight> InFlight => inner.InFlight;

        public double Now => inner.Now;

        public ServerState Open(RunPlan plan, ServerState initial) => inner.Open(plan, initial);

        public IReadOnlyList<Update> Updates(string exchange) => inner.Updates(exchange);

        public IReadOnlyList<Flight> Sent(string exchange) => inner.Sent(exchange);

        public bool IsInFlight(OrderKey key) => inner.IsInFlight(key);

        public bool IsAcknowledged(OrderKey key) => inner.IsAcknowledged(key);

        public string PathOf(Flight flight) => inner.PathOf(flight);

        public SpoolReader Read(IReadOnlyList<Update> updates) => inner.Read(updates);

        public void Send(Flight flight)
        {
            before();
            inner.Send(flight);
        }

        public Update Receive(ClientMessage message, MessageSchema allowed)
        {
            before();
            return inner.Receive(message, allowed);
        }

        public MessageLength Outgoing(int version, string exchange, string name, MessageBody body, string dtype)
        {
            before();
            return inner.Outgoing(version, exchange, name, body, dtype);
        }

        public void Commit(ServerState next, RoundReport report)
        {
            before();
            inner.Commit(next, report);
        }

        public void Dispose() => inner.Dispose();
    }
}
