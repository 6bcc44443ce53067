using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// A method over four blocks with two adapted matrices each and a head: the product's own loop, worker, spool and states, and clients k = 1, 2… with k examples whose loss is
/// ½‖w − tₖ‖² over all tensors, or whose gradient is given.
/// </summary>
internal sealed class BlockFederation : IClientPool, IRunObserver, IDisposable
{
    public const int Blocks = 4;
    private readonly TemporaryFolder folder = new();
    private readonly Queue<Dispatched> waiting = new();
    private readonly ClientWorker worker;
    private readonly Method method;
    private readonly int clients;
    private readonly Func<int, ParameterSet, double[], double[]> gradient;

    /// <param name="method">The method; its adaptation becomes LoRA of rank 2 unless it has another kind.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="steps">Local steps; null is the method's own budget.</param>
    /// <param name="optimizer">The clients' optimizer; null is SGD at 0.1.</param>
    /// <param name="start">The global model; null is that of <see cref="Model"/>.</param>
    /// <param name="gradient">(client, layout, values) → gradient; null draws every client to a target of its own.</param>
    public BlockFederation(
        Method method, int clients = 3, int? steps = 2, OptimizerSpec? optimizer = null, ParameterSet? start = null, Func<int, ParameterSet, double[], double[]>? gradient = null)
    {
        var program = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = optimizer ?? new OptimizerSpec.Sgd(0.1), Budget = steps is { } count ? new Budget.Steps(count) : phase.Budget });
        this.method = method with { Adaptation = method.Adaptation is LoraConfig lora ? lora with { Rank = 2, Alpha = 2 } : method.Adaptation, LocalProgram = program };
        (this.clients, this.gradient) = (clients, gradient ?? TowardsTarget);
        MethodRules.Refusals(this.method).ShouldBeEmpty();
        Start = start ?? Model();
        Layout = TensorLayout.Of(Start);
        States = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(Layout));
        worker = new ClientWorker(States, Layout, Start);
    }

    public ParameterSet Start { get; }

    public TensorLayout Layout { get; }

    public ClientStateStore States { get; }

    /// <summary>Called before an answer is sent and before it is acknowledged; throws where the process dies.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public List<(WorkOrder Order, Visit Visit)> Visits { get; } = [];

    public List<RoundReport> Reports { get; } = [];

    public TrafficLedger Ledger { get; } = new();

    /// <summary>The run's plan over that many rounds.</summary>
    public RunPlan Plan(int rounds) => new("run", "config", method, rounds, [.. Enumerable.Range(1, clients).Select(k => $"c{k}")], Layout, 1);

    /// <summary>Two adapted matrices in each block, q [5, 3] and fc2 [3, 5], and a head [2, 3].</summary>
    public static ParameterSet Model() => new([
        .. Enumerable.Range(0, Blocks).SelectMany(block => new[] { Tensor(block, "q", "lora_A", 2, 3), Tensor(block, "q", "lora_B", 5, 2), Tensor(block, "fc2", "lora_A", 2, 5), Tensor(block, "fc2", "lora_B", 3, 2) }),
        Filled(new TensorKey(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "head", "score.weight"), 2, 3)]);

    /// <summary>Where a client is drawn to.</summary>
    public static double Target(int client, int element) => Math.Cos((1.3 * element) + client);

    /// <summary>Plays rounds; the states after each.</summary>
    public IReadOnlyList<ServerState> Run(int rounds)
    {
        var states = new List<ServerState>();
        for (var round = 1; round <= rounds; round++)
        {
            using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(Layout, method));
            waiting.Clear();
            States.Recover(store.IsAcknowledged);
            states.Add(new RoundLoop(Plan(round), store, this, this, TimeProvider.System).RunAsync(Start, CancellationToken.None).GetAwaiter().GetResult());
        }

        return states;
    }

    public void OnRound(RoundReport report)
    {
        if (report.Round > Reports.Count)
        {
            Reports.Add(report);
            Ledger.OnRound(report);
        }
    }

    public bool HasArrived => waiting.Count > 0;

    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        waiting.Enqueue(work);
        return default;
    }

    public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var work = waiting.Dequeue();
        var order = work.Order;
        var number = order.Client[1] - '0';
        var backbone = new Backbone(Start.AtRank(order.Holding.Rank), values => gradient(number, Start, values));
        var message = worker.Run(work, backbone, Quadratic.Data(number), cancellation);
        Visits.Add((order, new Visit(
            order.Version, order.Client,
            MessageFile.Read(work.Path, MessageSchemas.Down(Layout, order)),
            MessageFile.Read(message.Path, MessageSchemas.Up(Layout, order)),
            backbone.Start!,
            backbone.Trained!)
        {
            Lengths = (new FileInfo(work.Path).Length, new FileInfo(message.Path).Length),
        }));
        Before("send");
        return new(message);
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        Before("acknowledge");
        States.Settle(key, accepted);
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    public void Dispose() => folder.Dispose();

    private static HostTensor Tensor(int block, string module, string role, params int[] shape) =>
        Filled(new TensorKey(TensorKey.MainModel, TensorKey.DefaultAdapter, block, role, $"base_model.model.h.{block}.{module}.{role}.weight"), shape);

    private static HostTensor Filled(TensorKey key, params int[] shape) =>
        new(key, shape, [.. Enumerable.Range(0, HostTensor.Count(shape)).Select(i => (float)Math.Sin(i + key.Name.Length + (3 * key.Layer) + 0.5))]);

    private static double[] TowardsTarget(int client, ParameterSet layout, double[] values) => [.. values.Select((value, i) => value - Target(client, i))];

    private sealed class Backbone(ParameterSet layout, Func<double[], double[]> gradient) : IClientBackbone
    {
        public ParameterSet? Start { get; private set; }

        public ParameterSet? Trained { get; private set; }

        public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work)
        {
            Quadratic? model = null;
            using var own = model = new Quadratic(layout, (_, values) =>
            {
                Start ??= model!.Trainable.Read();
                return gradient(values);
            });
            var result = work(own);
            Trained = own.Trainable.Read();
            return result;
        }
    }
}
