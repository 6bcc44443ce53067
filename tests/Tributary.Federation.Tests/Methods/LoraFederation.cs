using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Clients;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

/// <summary>What went to a client and came back in one round.</summary>
internal sealed record Visit(int Version, string Client, MessageBody Down, MessageBody Up, ParameterSet Start, ParameterSet Trained)
{
    /// <summary>Bytes of the two bodies as files.</summary>
    public required (long Down, long Up) Lengths { get; init; }
}

/// <summary>What is changed around a method that must not care.</summary>
/// <param name="Parallel">Clients work at the same time, each with a model of its own, instead of one after another with one model. On a shared backbone each with a learner of its own.</param>
/// <param name="Reversed">Clients work and answer in the opposite order.</param>
/// <param name="Renamed">By how many places data move on to the next client id.</param>
/// <param name="ExamplesTimes">How often every client holds its examples.</param>
/// <param name="StartTimes">What the initial factors are multiplied with.</param>
internal sealed record Variant(bool Parallel = false, bool Reversed = false, int Renamed = 0, int ExamplesTimes = 1, double StartTimes = 1);

/// <summary>
/// A method over one adapted matrix of 5 outputs and 3 inputs: the product's own loop, worker, spool and states, and clients k = 1, 2… with k examples that draw
/// the update towards targets of their own.
/// </summary>
internal sealed class LoraFederation : IClientPool, IRunObserver, IDisposable
{
    public const int Outputs = 5;
    public const int Inputs = 3;
    private readonly TemporaryFolder folder = new();
    private readonly LinkedList<Lazy<Task<(ClientMessage Message, Visit Visit)>>> waiting = new();
    private readonly Dictionary<int, LowRankModel> models = [];
    private readonly Variant variant;
    private readonly ClientWorker worker;
    private readonly TensorLayout layout;
    private readonly Method method;
    private readonly int clients;

    public LoraFederation(Method method, int clients = 3, int steps = 2, OptimizerSpec? optimizer = null, LoraConfig? adaptation = null, Variant? variant = null)
    {
        this.variant = variant ?? new Variant();
        var program = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = optimizer ?? new OptimizerSpec.Sgd(0.1), Budget = new Budget.Steps(steps) });
        this.method = method with { Adaptation = adaptation ?? new LoraConfig(Rank: 2, Alpha: 4), LocalProgram = program };
        this.clients = clients;
        MethodRules.Refusals(this.method).ShouldBeEmpty();
        var rank = this.method.Adaptation.LargestRank;
        Start = new ParameterSet([
            new HostTensor(A, [rank, Inputs], [.. Enumerable.Range(0, rank * Inputs).Select(i => (float)(this.variant.StartTimes * Math.Sin(1.7 * (i + 1))))]), HostTensor.Zeros(B, [Outputs, rank])]);
        layout = TensorLayout.Of(Start);
        States = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(layout, this.method));
        worker = new ClientWorker(States, layout, Start);
    }

    public static TensorKey A { get; } = Sets.Key("base_model.model.q.lora_A.weight");

    public static TensorKey B { get; } = Sets.Key("base_model.model.q.lora_B.weight", "lora_B");

    public ParameterSet Start { get; }

    public ClientStateStore States { get; }

    public List<Visit> Visits { get; } = [];

    public TrafficLedger Ledger { get; } = new();

    /// <summary>BA, without scale.</summary>
    public static HostMatrix Product(ParameterSet set) => Matrix(set[B]).Times(Matrix(set[A]));

    public static HostMatrix Matrix(HostTensor tensor) => HostMatrix.Of(tensor.Shape[0], tensor.Shape[1], tensor.Values);

    public static double Distance(HostMatrix x, HostMatrix y) => Math.Sqrt(x.Values.Zip(y.Values, (a, b) => (a - b) * (a - b)).Sum());

    /// <summary>What a model changes of the matrix: scale · BA, and the update of its base if it has one.</summary>
    public HostMatrix Update(ParameterSet set)
    {
        var own = Product(set).Scaled(((LoraConfig)method.Adaptation).Scale(Matrix(set[A]).Rows, ((LoraConfig)method.Adaptation).Alpha));
        return BaseOf(set) is { } update ? own.Minus(update.Scaled(-1)) : own;
    }

    /// <summary>The update of the base alone.</summary>
    public static HostMatrix? BaseOf(ParameterSet set) => BaseUpdate.Of(A, Outputs, Inputs).In(set)?.Product();

    /// <summary>The run of so many rounds.</summary>
    public RunPlan Plan(int rounds) => new("run", "config", method, rounds, [.. Enumerable.Range(1, clients).Select(k => $"c{k}")], layout, 1);

    /// <summary>After how many answers the server dies; null is never.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>Plays rounds; the states after each.</summary>
    public IReadOnlyList<ServerState> Run(int rounds)
    {
        var states = new List<ServerState>();
        for (var round = 1; round <= rounds; round++)
        {
            waiting.Clear(); // each round has a loop of its own, which hands out again what is in flight
            using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(layout, method, Plan(rounds).Clients));
            states.Add(new RoundLoop(Plan(round), store, this, this, TimeProvider.System).RunAsync(Start, CancellationToken.None).GetAwaiter().GetResult());
        }

        return states;
    }

    /// <summary>What a client uses after that state.</summary>
    public ParameterSet Served(ServerState state, string client) => ServingRules.Values(Plan(state.Version), state, client, States.Load(client));

    public void OnRound(RoundReport report)
    {
        if (report.Round > Ledger.Rounds.Count)
        {
            Ledger.OnRound(report);
        }
    }

    public bool HasArrived => waiting.Count > 0;

    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        var task = variant.Parallel ? Task.Run(() => Work(work, cancellation), cancellation) : null;
        waiting.AddLast(new Lazy<Task<(ClientMessage, Visit)>>(() => task ?? Task.FromResult(Work(work, cancellation))));
        return default;
    }

    public async ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        if (DiesAfter == Visits.Count)
        {
            waiting.Clear();
            throw new InvalidOperationException("killed");
        }

        var next = (variant.Reversed ? waiting.Last : waiting.First)!;
        waiting.Remove(next);
        var (message, visit) = await next.Value.Value.ConfigureAwait(false);
        Visits.Add(visit);
        return message;
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        States.Settle(key, accepted);
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    public void Dispose()
    {
        foreach (var model in models.Values)
        {
            model.Dispose();
        }

        folder.Dispose();
    }

    private (ClientMessage Message, Visit Visit) Work(Dispatched work, CancellationToken cancellation)
    {
        var order = work.Order;
        var number = ((order.Client[1] - '1' + variant.Renamed) % clients) + 1;
        Dictionary<int, LowRankModel> own = variant.Parallel ? [] : models;
        var backbone = new Backbone(method, layout, TargetOf(number), own, variant.StartTimes);
        var message = worker.Run(work, backbone, TokenizedDataset.Join([.. Enumerable.Repeat(Quadratic.Data(number), variant.ExamplesTimes)]), cancellation);
        return (message, new Visit(
            order.Version, order.Client,
            MessageFile.Read(work.Path, MessageSchemas.Down(layout, order)),
            MessageFile.Read(message.Path, MessageSchemas.Up(layout, order)),
            backbone.Start!,
            backbone.Trained!)
        {
            Lengths = (new FileInfo(work.Path).Length, new FileInfo(message.Path).Length),
        });
    }

    private static HostMatrix TargetOf(int client) => new(Outputs, Inputs, [.. Enumerable.Range(0, Outputs * Inputs).Select(i => Math.Cos((2.3 * i) + client))]);

    private sealed class Backbone(Method method, TensorLayout layout, HostMatrix target, Dictionary<int, LowRankModel> models, double startTimes) : IClientBackbone
    {
        public ParameterSet? Start { get; private set; }

        public ParameterSet? Trained { get; private set; }

        public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work)
        {
            var config = (LoraConfig)(adaptation ?? method.Adaptation);
            if (!models.TryGetValue(config.Rank, out var model))
            {
                models[config.Rank] = model = new LowRankModel(layout.AtRank(config.Rank).Tensors, config.Scale(config.Rank, config.Alpha), startTimes);
            }

            model.Begin(BaseOf(updates) is { } update ? target.Minus(update) : target);
            var result = work(model);
            (Start, Trained) = (model.Start, model.Trainable.Read());
            return result;
        }
    }
}
