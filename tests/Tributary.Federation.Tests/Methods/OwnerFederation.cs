using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>One owner: its model, what its adapters begin as, and its samples.</summary>
internal sealed record Owner(string Id, IClientBackbone Backbone, ParameterSet Initial, TokenizedDataset Data);

/// <summary>What went to an owner and came back in one round, and its state afterwards.</summary>
internal sealed record OwnerVisit(int Version, string Client, MessageBody Down, MessageBody Up, MessageBody State);

/// <summary>
/// A method over owners whose models may differ: the product's own loop, worker, spool and states. The server knows the tensors that travel alone; every owner keeps a state of
/// its own shapes.
/// </summary>
internal sealed class OwnerFederation : IClientPool, IRunObserver, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Queue<Dispatched> waiting = new();
    private readonly Dictionary<string, (Owner Owner, TensorLayout Layout, ClientStateStore States)> owners;
    private readonly Method method;
    private readonly ParameterSet start;
    private readonly TensorLayout layout;

    /// <summary>Takes the owners, and what the server begins with: the tensors of the first owner unless they are given.</summary>
    public OwnerFederation(Method method, IReadOnlyList<Owner> owners, ParameterSet? start = null)
    {
        MethodRules.Refusals(method).ShouldBeEmpty();
        (this.method, this.start) = (method, start ?? owners[0].Initial);
        layout = TensorLayout.Of(this.start);
        this.owners = owners.ToDictionary(owner => owner.Id, owner =>
        {
            var own = TensorLayout.Of(owner.Initial);
            return (owner, own, new ClientStateStore(folder.PathOf("client-" + owner.Id), MessageSchemas.Client(own)));
        });
    }

    /// <summary>What the server begins with.</summary>
    public ParameterSet Start => start;

    public List<OwnerVisit> Visits { get; } = [];

    public TrafficLedger Ledger { get; } = new();

    public RunPlan Plan(int rounds) => new("run", "config", method, rounds, [.. owners.Keys], layout, 1);

    /// <summary>Plays rounds, each in a loop of its own over the same store; the states after each.</summary>
    public IReadOnlyList<ServerState> Run(int rounds)
    {
        var states = new List<ServerState>();
        for (var round = 1; round <= rounds; round++)
        {
            using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(layout, method, [.. owners.Keys]));
            states.Add(new RoundLoop(Plan(round), store, this, this, TimeProvider.System).RunAsync(start, CancellationToken.None).GetAwaiter().GetResult());
        }

        return states;
    }

    public MessageBody StateOf(string client) => owners[client].States.Load(client);

    /// <summary>What a client uses after that state.</summary>
    public ParameterSet Served(ServerState state, string client) => ServingRules.Values(Plan(state.Version), state, client, StateOf(client), owners[client].Owner.Initial);

    /// <summary>The bytes of every round, as they are foretold.</summary>
    public IReadOnlyList<TrafficSum> Forecast(int rounds) => [.. TrafficForecast.Of(Plan(rounds), start).Select(round => round.Bytes)];

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
        waiting.Enqueue(work);
        return default;
    }

    public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var work = waiting.Dequeue();
        var order = work.Order;
        var (owner, own, states) = owners[order.Client];
        var message = new ClientWorker(states, own, owner.Initial).Run(work, owner.Backbone, owner.Data, cancellation);
        var up = MessageFile.Read(message.Path, MessageSchemas.Up(own, order));
        Visits.Add(new OwnerVisit(order.Version, order.Client, MessageFile.Read(work.Path, MessageSchemas.Down(own, order)), up, MessageBody.Empty));
        return new(message);
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        owners[key.Client].States.Settle(key, accepted);
        Visits[^1] = Visits[^1] with { State = StateOf(key.Client) };
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    public void Dispose() => folder.Dispose();
}
