using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>A client of a fixture: the number of its examples, and its model for the steps of one round.</summary>
internal sealed record FixtureClient(int Examples, Func<IClientModel> ModelForRound);

/// <summary>Runs fixture clients through the product's own round loop, with files, spool and state in a temporary folder.</summary>
internal sealed class FixtureFederation : IClientPool, IRoundEvaluator, IRunObserver, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tributary-verify-");
    private readonly Queue<Dispatched> waiting = new();
    private readonly IReadOnlyList<FixtureClient> clients;
    private readonly ClientStateStore states;
    private readonly ClientWorker worker;
    private readonly ParameterSet start;
    private Action<int, ServerState> afterRound = (_, _) => { };

    /// <summary>Clients that all begin at <paramref name="start"/>.</summary>
    public FixtureFederation(ParameterSet start, IReadOnlyList<FixtureClient> clients)
    {
        (this.start, this.clients) = (start, clients);
        Layout = TensorLayout.Of(start);
        states = new ClientStateStore(Path.Combine(folder.FullName, "clients"), MessageSchemas.Client(Layout));
        worker = new ClientWorker(states, Layout, start);
    }

    private TensorLayout Layout { get; }

    /// <summary>Called with the number of each client whose update has arrived, while its model still holds what it has trained.</summary>
    public Action<int> AfterClient { get; init; } = _ => { };

    /// <summary>What a client keeps at the moment.</summary>
    public MessageBody StateOf(int client) => states.Load(IdOf(client));

    /// <summary>Runs all rounds; calls back with the number of each, from 0, and the server's state after it.</summary>
    public void Run(Method method, int rounds, Action<int, ServerState> afterRound)
    {
        this.afterRound = afterRound;
        using var store = new FolderRunStore(Path.Combine(folder.FullName, "server"), MessageSchemas.Server(Layout, method));
        var plan = new RunPlan("fixture", "fixture", method, rounds, [.. Enumerable.Range(0, clients.Count).Select(IdOf)], Layout, Seed: 1);
        new RoundLoop(plan, store, this, this, TimeProvider.System, this).RunAsync(start, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public bool HasArrived => waiting.Count > 0;

    /// <inheritdoc/>
    public ValueTask DispatchAsync(Dispatched work, CancellationToken cancellation)
    {
        waiting.Enqueue(work);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var work = waiting.Dequeue();
        var client = clients[int.Parse(work.Order.Client, System.Globalization.CultureInfo.InvariantCulture)];
        return new(worker.Run(work, new PrescribedModel(client.ModelForRound()), Placeholders(client.Examples), cancellation));
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        states.Settle(key, accepted);
        return default;
    }

    /// <inheritdoc/>
    public void OnReceived(Update update) => AfterClient(int.Parse(update.Client, System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(int round, ServerState state, CancellationToken cancellation)
    {
        afterRound(round - 1, state);
        return new(new Dictionary<string, double>());
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private sealed class PrescribedModel(IClientModel model) : IClientBackbone
    {
        public T With<T>(AdapterConfig? adaptation, IReadOnlyList<int>? leftOut, ParameterSet updates, Func<IClientModel, T> work) =>
            adaptation is null ? work(model) : throw new InvalidOperationException("a fixture prescribes one model for all clients");
    }

    /// <summary>As many samples as a client weighs: fixtures prescribe the batches themselves.</summary>
    internal static TokenizedDataset Placeholders(int count) =>
        new([.. Enumerable.Repeat(new TokenizedExample([0], [TokenRows.Ignore]), count)], default);

    /// <summary>The id of a client.</summary>
    internal static string IdOf(int client) => client.ToString("D4", System.Globalization.CultureInfo.InvariantCulture);
}
