using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Clients;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>A client that draws a prompt towards a target of its own, ½‖P − target‖², with so many rows of a class, or of all classes in turn.</summary>
internal sealed record PromptClient(double[] Target, int Examples, int? Class = null);

/// <summary>A method over one prompt of zeros: the product's own loop, worker, spool and states.</summary>
internal sealed class QuadraticFederation : IClientPool, IRunObserver, IDisposable
{
    public const int Classes = 20;
    private readonly TemporaryFolder folder = new();
    private readonly Queue<Dispatched> waiting = new();
    private readonly Method method;
    private readonly IReadOnlyList<PromptClient> clients;
    private readonly Dictionary<PromptClient, TokenizedDataset> data;
    private readonly TensorLayout layout;
    private readonly ParameterSet start;
    private readonly ClientWorker worker;

    public QuadraticFederation(Method method, IReadOnlyList<PromptClient> clients, int tokens, int width)
    {
        (this.method, this.clients) = (method, clients);
        data = clients.ToDictionary(client => client, client => new TokenizedDataset([.. Enumerable.Range(0, client.Examples).Select(i => new TokenizedExample([0], [0], client.Class ?? (i % Classes)))], default));
        MethodRules.Refusals(method).ShouldBeEmpty();
        start = Sets.Of(HostTensor.Zeros(Prompt, [tokens, width]));
        layout = TensorLayout.Of(start);
        States = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(layout, method));
        worker = new ClientWorker(States, layout, start);
    }

    public static TensorKey Prompt { get; } = Sets.Key("prompt_embeddings", "prompt");

    public ClientStateStore States { get; }

    public List<(int Version, string Client, MessageBody Up, MessageLength Length)> Visits { get; } = [];

    public ServerState Run(int rounds)
    {
        var plan = new RunPlan("run", "config", method, rounds, [.. clients.Select((_, k) => $"c{k}")], layout, 1);
        using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(layout, method, plan.Clients));
        return new RoundLoop(plan, store, this, this, TimeProvider.System).RunAsync(start, CancellationToken.None).GetAwaiter().GetResult();
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
        var client = clients[work.Order.Client[1] - '0'];
        using var model = Quadratic.Towards(start, client.Target);
        var message = worker.Run(work, model, data[client], cancellation);
        using (var file = MessageFile.Open(message.Path, MessageSchemas.Up(layout, work.Order)))
        {
            Visits.Add((work.Order.Version, work.Order.Client, file.ReadAll(), file.Length));
        }

        return new(message);
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        States.Settle(key, accepted);
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    public void Dispose() => folder.Dispose();
}
