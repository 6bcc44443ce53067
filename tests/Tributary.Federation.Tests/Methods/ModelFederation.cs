using Tributary.Federation.Clients;
using Tributary.Federation.Cuts;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Cuts;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Federation.Tests.Methods;

/// <summary>What went to a client of a model and came back in one round, and what its model held before and after training.</summary>
internal sealed record ModelVisit(int Version, string Client, MessageBody Down, MessageBody Up, ParameterSet Start, ParameterSet Trained)
{
    /// <summary>Bytes of the two bodies as files.</summary>
    public required (long Down, long Up) Lengths { get; init; }

    /// <summary>Tensors of which some pass found a gradient.</summary>
    public required IReadOnlySet<TensorKey> Moved { get; init; }

    public void Deconstruct(out int version, out string client, out MessageBody down, out MessageBody up) => (version, client, down, up) = (Version, Client, Down, Up);
}

/// <summary>A method over a tiny LLaMA with random weights: the product's own loop, worker, spool and states, and clients c1, c2… with texts of their own.</summary>
internal sealed class ModelFederation : IClientPool, IRunObserver, IUpperService, IDisposable
{
    public const int Width = 16;

    public const string Llama = """
        {"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"tie_word_embeddings":true}
        """;

    public const string Gpt2 = """
        {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":37,"n_positions":48,"n_embd":16,"n_layer":2,"n_head":4}
        """;

    private readonly TemporaryFolder folder = new();
    private readonly LinkedList<Dispatched> waiting = new();
    private readonly CpuBackend backend = new(1);
    private readonly LanguageModel model;
    private readonly Tape tape;
    private readonly Learner learner;
    private readonly IReadOnlyList<TokenizedDataset> data;
    private readonly Method method;
    private readonly ClientWorker worker;
    private readonly Variant variant;

    private readonly ActivationStore? store;
    private UpperPart? upper;

    /// <param name="method">The method.</param>
    /// <param name="data">The samples of c1, c2….</param>
    /// <param name="config">The model's config.json.</param>
    /// <param name="storage">What base weights are kept as.</param>
    /// <param name="variant">What is changed around the method; null is nothing.</param>
    /// <param name="rows">How much of what frozen blocks give is kept; null computes it anew.</param>
    /// <param name="own">Samples that the server has for itself; null when it has none.</param>
    public ModelFederation(
        Method method, IReadOnlyList<TokenizedDataset> data, string config = Llama, StorageType storage = StorageType.F32, Variant? variant = null, ActivationLimits? rows = null,
        TokenizedDataset? own = null)
    {
        model = ModelLoader.Build(config, backend, new RandomTensors(3, 0.3), storage);
        method = CutRules.For(InitialisationRules.For(method, own is not null), model.Shape);
        (this.method, this.data, this.variant) = (method, data, variant ?? new Variant());
        MethodRules.Refusals(method).ShouldBeEmpty();
        var adapters = method.Adaptation.ForTask(model.Shape.Task).Resolve(model);
        tape = new Tape(backend);
        store = rows is { } limits ? new ActivationStore(model, folder.PathOf("rows"), limits) : null;
        learner = new Learner(model, adapters, Objective.Of(model.Shape), tape, store);
        var derived = InitialisationRules.Begin(method.Initialisation, model, adapters, 1);
        Start = InitialisationRules.Prepare(method, model, adapters, derived, own, 1);
        Layout = new TensorLayout(adapters.SelectMany(adapter => adapter.Tensors)) { Units = model.Units };
        States = new ClientStateStore(folder.PathOf("clients"), MessageSchemas.Client(Layout, method));
        worker = new ClientWorker(States, Layout, derived, upper: this);
    }

    /// <summary>The server's model before the first round; clients know what they derive themselves.</summary>
    public ParameterSet Start { get; }

    public TensorLayout Layout { get; }

    public ClientStateStore States { get; }

    public Learner Learner => learner;

    public TrafficLedger Ledger { get; } = new();

    /// <summary>Bytes that are kept of what frozen blocks give.</summary>
    public long BytesOfRows => store?.MemoryBytes ?? 0;

    /// <summary>What each round measured.</summary>
    public List<IReadOnlyDictionary<string, double>> Metrics { get; } = [];

    public List<ModelVisit> Visits { get; } = [];

    public RunPlan Plan(int rounds) => new("run", "config", method, rounds, [.. Enumerable.Range(1, data.Count).Select(k => $"c{k}")], Layout, 1);

    /// <summary>What travels in rounds, before they run.</summary>
    public IEnumerable<RoundForecast> Forecast(int rounds) => TrafficForecast.Of(Plan(rounds), Start, new CutForecast(Plan(rounds), model.Shape, client => data[client[1] - '1']).Of);

    /// <summary>Texts of made-up tokens.</summary>
    public static TokenizedDataset Texts(int seed, int count) => new(
        [.. Enumerable.Range(0, count).Select(i => Text([.. Enumerable.Range(0, 6 + (i % 3)).Select(t => (int)(((seed + i) * 31L) + (t * (seed + 5L))) % 37)]))], default);

    /// <summary>The shared model.</summary>
    public LanguageModel Model => model;

    /// <summary>What the base gives without adapters for every token of its vocabulary, by the weights that clients compute with.</summary>
    public float[] BaseOutputs()
    {
        using var bare = new Learner(model, [], Objective.Of(model.Shape), tape);
        var rows = new TokenRows();
        foreach (var ids in Enumerable.Range(0, model.Shape.Vocabulary).Chunk(12))
        {
            rows.Add(ids, [.. ids.Select(_ => TokenRows.Ignore)]);
        }

        return model.Shape.Task == HeadTask.SequenceClassification ? bare.Scores(rows) : bare.Logits(rows);
    }

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

    /// <summary>What the model gives with these values: scores of a classifier, logits of others.</summary>
    public float[] Outputs(ParameterSet values)
    {
        learner.Write(values);
        return model.Shape.Task == HeadTask.SequenceClassification ? learner.Scores(Rows()) : learner.Logits(Rows());
    }

    /// <summary>What a client uses after that state.</summary>
    public ParameterSet Served(ServerState state, string client) => ServingRules.Values(Plan(state.Version), state, client, States.Load(client));

    /// <summary>The client whose samples have that place in the list.</summary>
    public string ClientOf(int place) => $"c{((place - variant.Renamed + data.Count) % data.Count) + 1}";

    /// <summary>What clients asked at the cut, and the answers, in their order.</summary>
    public List<(OrderKey Key, MessageBody Question, MessageBody Answer)> Asked { get; } = [];

    /// <summary>What clients told at the cut, in their order.</summary>
    public List<(OrderKey Key, MessageBody Told)> Told { get; } = [];

    /// <summary>Whether clients ask what they have told.</summary>
    public bool AsksToo { get; set; }

    /// <summary>What visits at the cut left, in their order.</summary>
    public List<(OrderKey Key, ServerVisit Visit)> Left { get; } = [];

    /// <summary>How many answers arrive before the server dies; null is all.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>In which question at the cut the server dies; null is in none.</summary>
    public int? DiesInAsk { get; set; }

    /// <summary>Plays rounds; the states after each.</summary>
    public IReadOnlyList<ServerState> Run(int rounds)
    {
        var states = new List<ServerState>();
        for (var round = 1; round <= rounds; round++)
        {
            using var store = new FolderRunStore(folder.PathOf("server"), MessageSchemas.Server(Layout, method, Plan(rounds).Clients));
            using var part = upper = UpperPart.For(Plan(rounds), store, model, learner.Adapters, Objective.Of(model.Shape));
            tape.Reset(); // a server that died may have left a step half done
            waiting.Clear();
            States.Recover(store.IsAcknowledged);
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
        upper?.Expect(work.Order);
        waiting.AddLast(work);
        return default;
    }

    public ValueTask<ClientMessage> ReceiveAsync(CancellationToken cancellation)
    {
        if (DiesAfter is { } left && (DiesAfter = left - 1) == 0)
        {
            DiesAfter = null;
            throw new OperationCanceledException();
        }

        var work = (variant.Reversed ? waiting.Last : waiting.First)!.Value;
        waiting.Remove(work);
        var order = work.Order;
        using var own = variant.Parallel ? learner.Sibling(null) : null;
        var backbone = new RecordedBackbone(new LearnerBackbone(own ?? learner));
        var samples = data[(order.Client[1] - '1' + variant.Renamed) % data.Count];
        var message = worker.Run(work, backbone, TokenizedDataset.Join([.. Enumerable.Repeat(samples, variant.ExamplesTimes)]), cancellation);
        Visits.Add(new ModelVisit(
            order.Version, order.Client,
            MessageFile.Read(work.Path, MessageSchemas.Down(Layout, order)),
            MessageFile.Read(message.Path, MessageSchemas.Up(Layout, order)),
            backbone.Start,
            backbone.Trained)
        {
            Lengths = (new FileInfo(work.Path).Length, new FileInfo(message.Path).Length),
            Moved = backbone.Moved,
        });
        var visit = upper?.Leave(order.Key, cancellation);
        if (visit is not null)
        {
            Left.Add((order.Key, visit));
        }

        return new(message with { Visit = visit });
    }

    public MessageBody Ask(OrderKey key, MessageBody question, CancellationToken cancellation)
    {
        DieInAsk();
        var answer = upper!.Ask(key, question, cancellation);
        Asked.Add((key, question, answer));
        return answer;
    }

    public void Tell(OrderKey key, MessageBody told, CancellationToken cancellation)
    {
        DieInAsk();
        upper!.Tell(key, told, cancellation);
        Told.Add((key, told));
        _ = AsksToo ? Ask(key, told, cancellation) : null;
    }

    public ValueTask AcknowledgeAsync(OrderKey key, bool accepted, CancellationToken cancellation)
    {
        States.Settle(key, accepted);
        upper?.Settle(key, accepted);
        return default;
    }

    public ValueTask CloseAsync(string run, int version, string exchange, CancellationToken cancellation) => default;

    public void Dispose()
    {
        learner.Dispose();
        store?.Dispose();
        tape.Dispose();
        model.Dispose();
        backend.Dispose();
        folder.Dispose();
    }

    private void DieInAsk()
    {
        if (DiesInAsk is { } left && (DiesInAsk = left - 1) == 0)
        {
            DiesInAsk = null;
            throw new OperationCanceledException();
        }
    }

    private static TokenRows Rows()
    {
        var rows = new TokenRows();
        rows.Add([1, 2, 3, 4], [2, 3, 4, TokenRows.Ignore]);
        return rows;
    }

    private static TokenizedExample Text(int[] ids) => new(ids, [.. ids.Skip(1), TokenRows.Ignore]);
}
