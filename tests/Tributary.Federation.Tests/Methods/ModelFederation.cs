using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Federation.Tests.Methods;

/// <summary>A method over a tiny LLaMA with random weights: the product's own loop, worker, spool and states, and clients c1, c2… with texts of their own.</summary>
internal sealed class ModelFederation : IClientPool, IRunObserver, IDisposable
{
    public const int Width = 16;

    public const string Llama = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"tie_word_embeddings":true}
        """;

    private readonly TemporaryFolder folder = new();
    private readonly Queue<Dispatched> waiting = new();
    private readonly CpuBackend backend = new(1);
    private readonly LanguageModel model;
    private readonly Tape tape;
    private readonly Learner learner;
    private readonly IReadOnlyList<TokenizedDataset> data;
    private readonly Method method;
    private readonly ClientWorker worker;

    public ModelFederation(Method method, IReadOnlyList<TokenizedDataset> data, string config = Llama)
    {
        (this.method, this.data) = (method, data);
        MethodRules.Refusals(method).ShouldBeEmpty();
        model = ModelLoader.Build(config, backend, new RandomTensors(3, 0.3));
        var adapters = method.Adaptation.ForTask(model.Shape.Task).Resolve(model);
        tape = new Tape(backend);
        learner = new Learner(model, adapters, Objective.Of(model.Shape), tape);
        Start = InitialisationRules.Begin(method.Initialisation, model, adapters, 1);
        Layout = new TensorLayout(adapters.SelectMany(adapter => adapter.Tensors));
        States = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(Layout, method));
        worker = new ClientWorker(States, Layout, Start);
    }

    public ParameterSet Start { get; }

    public TensorLayout Layout { get; }

    public ClientStateStore States { get; }

    public Learner Learner => learner;

    public TrafficLedger Ledger { get; } = new();

    /// <summary>What each round measured.</summary>
    public List<IReadOnlyDictionary<string, double>> Metrics { get; } = [];

    public List<(int Version, string Client, MessageBody Down, MessageBody Up)> Visits { get; } = [];

    public RunPlan Plan(int rounds) => new("run", "config", method, rounds, [.. Enumerable.Range(1, data.Count).Select(k => $"c{k}")], Layout, 1);

    /// <summary>Texts of made-up tokens.</summary>
    public static TokenizedDataset Texts(int seed, int count) => new(
        [.. Enumerable.Range(0, count).Select(i => Text([.. Enumerable.Range(0, 6 + (i % 3)).Select(t => (int)(((seed + i) * 31L) + (t * (seed + 5L))) % 37)]))], default);

    /// <summary>The shared model.</summary>
    public LanguageModel Model => model;

    /// <summary>The base's values, one tensor after another.</summary>
    public IReadOnlyList<float[]> BaseValues() => [.. model.Tensors.Select(tensor => tensor.ReadValues())];

    /// <summary>Logits of the base model, without adapters.</summary>
    public float[] BaseLogits()
    {
        using var bare = new Learner(model, [], Objective.Of(model.Shape), tape);
        return bare.Logits(Rows());
    }

    /// <summary>Logits with the adapters at these values.</summary>
    public float[] Logits(ParameterSet values)
    {
        learner.Trainable.Write(values);
        return learner.Logits(Rows());
    }

    /// <summary>Logits with other adapters at these values.</summary>
    public float[] Logits(IReadOnlyList<IAdapter> adapters, ParameterSet values)
    {
        using var other = new Learner(model, adapters, Objective.Of(model.Shape), tape);
        other.Trainable.Write(values);
        return other.Logits(Rows());
    }

    /// <summary>Plays rounds; the states after each.</summary>
    public IReadOnlyList<ServerState> Run(int rounds)
    {
        var states = new List<ServerState>();
        for (var round = 1; round <= rounds; round++)
        {
            using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(Layout, method, Plan(rounds).Clients));
            states.Add(new RoundLoop(Plan(round), store, this, this, TimeProvider.System).RunAsync(Start, CancellationToken.None).GetAwaiter().GetResult());
        }

        return states;
    }

    public void OnRound(RoundReport report)
    {
        if (report.Round > Ledger.Rounds.Count)
        {
            Ledger.OnRound(report);
            Metrics.Add(report.Metrics);
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
        var message = worker.Run(work, new LearnerBackbone(learner), data[order.Client[1] - '1'], cancellation);
        Visits.Add((order.Version, order.Client,
            MessageFile.Read(work.Path, MessageSchemas.Down(Layout, order.Method, order.Holding)),
            MessageFile.Read(message.Path, MessageSchemas.Up(Layout, order.Method, order.Holding))));
        return new(message);
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        States.Settle(key, accepted);
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    public void Dispose()
    {
        learner.Dispose();
        tape.Dispose();
        model.Dispose();
        backend.Dispose();
        folder.Dispose();
    }

    private static TokenRows Rows()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3, 4], [2, 3, 4, TokenRows.Ignore]);
        return rows;
    }

    private static TokenizedExample Text(int[] ids) => new(ids, [.. ids.Skip(1), TokenRows.Ignore]);
}
