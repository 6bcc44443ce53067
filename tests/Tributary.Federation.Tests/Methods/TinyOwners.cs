using Tributary.Federation.Clients;
using Tributary.Federation.Methods;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Owners with tiny LLaMAs of random weights, which may differ in width and depth.</summary>
internal sealed class TinyOwners : IDisposable
{
    public const int Classes = 3;
    private readonly CpuBackend backend = new(1);
    private readonly List<IDisposable> made = [];

    public List<Learner> Learners { get; } = [];

    /// <summary>An owner whose model has adapters of its own.</summary>
    public Owner Make(
        string id, AdapterConfig adaptation, TokenizedDataset data, int width = 16, int layers = 2, bool classifies = false, IReadOnlyList<int>? classTokens = null)
    {
        var model = ModelLoader.Build(Config(width, layers, classifies), backend, new RandomTensors(3, 0.3), classTokens: classTokens);
        var adapters = adaptation.ForTask(model.Shape.Task).Resolve(model);
        var tape = new Tape(backend);
        var learner = new Learner(model, adapters, Objective.Of(model.Shape), tape);
        made.AddRange([learner, tape, model]);
        Learners.Add(learner);
        return new Owner(id, new LearnerBackbone(learner), new ParameterSet(adapters.SelectMany(adapter => adapter.Initial(model, 1))), data);
    }

    /// <summary>Owners c1, c2… with one and the same model and texts of their own.</summary>
    public Owner[] Alike(AdapterConfig adaptation, int count) => [.. Enumerable.Range(1, count).Select(k => Make($"c{k}", adaptation, ModelFederation.Texts(k, 2 + k)))];

    /// <summary>Sequences of made-up tokens with a class each: mostly tokens of their class.</summary>
    public static TokenizedDataset Labelled(int seed, int count) => new(
        [.. Enumerable.Range(0, count).Select(i => new TokenizedExample([.. Enumerable.Range(0, 5).Select(t => (int)((i % Classes * 11L) + (((seed + i + t) * 7L) % 5)))], new int[5].Select(_ => TokenRows.Ignore).ToArray(), i % Classes))],
        default);

    public void Dispose()
    {
        made.ForEach(item => item.Dispose());
        backend.Dispose();
    }

    private static string Config(int width, int layers, bool classifies) => $$"""
        {"model_type":"llama","architectures":["{{(classifies ? "LlamaForSequenceClassification" : "LlamaForCausalLM")}}"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":{{width}},
        "num_hidden_layers":{{layers}},"num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"pad_token_id":0,"num_labels":{{Classes}},"tie_word_embeddings":{{(classifies ? "false" : "true")}}}
        """;
}
