using Tributary.Federation.Experiments;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Generation;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Training;
using Tributary.Numerics;

namespace Tributary.Simulation.Runs;

/// <summary>A frozen model with its tokenizer and what is trained on it: opened once, and shared by all clients that hold it.</summary>
public sealed record Backbone : IDisposable
{
    private const string Key = "adaptation: ";

    /// <summary>The model's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How its weights are kept.</summary>
    public required StorageType Storage { get; init; }

    /// <summary>The model.</summary>
    public required LanguageModel Model { get; init; }

    /// <summary>Its tokenizer.</summary>
    public required ITokenizer Tokenizer { get; init; }

    /// <summary>What is minimised.</summary>
    public required IObjective Objective { get; init; }

    /// <summary>Settings of the adapters of its own; null is the method's.</summary>
    public AdapterConfig? Adaptation { get; init; }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<IAdapter> Adapters { get; init; } = [];

    /// <summary>The tensors that are trained.</summary>
    public TensorLayout Layout => new(Adapters.SelectMany(adapter => adapter.Tensors)) { Units = Model.Units };

    /// <summary>Number of values in them.</summary>
    public long Trainable => Layout.Elements;

    /// <summary>Opens a model folder for an experiment.</summary>
    /// <exception cref="InputException">The model or its tokenizer is missing or damaged, or they do not belong together.</exception>
    /// <exception cref="ImpossibleException">Its context is shorter than the experiment's samples.</exception>
    public static Backbone Open(Experiment experiment, string folder, StorageType storage, IBackend backend) => Open(experiment, folder, storage, backend, TokenizerLoader.Load(folder));

    /// <summary>The same model once more, with its weights kept otherwise.</summary>
    public Backbone Kept(Experiment experiment, StorageType storage) => Open(experiment, Folder, storage, Model.Backend, Tokenizer) with { Adaptation = Adaptation };

    /// <summary>The same model with the adapters of an experiment's method.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="method">Its method, for this model.</param>
    /// <exception cref="ImpossibleException">The model has no place for them.</exception>
    public Backbone For(Experiment experiment, Method method)
    {
        try
        {
            return this with { Adapters = (Adaptation ?? method.Adaptation).ForTask(Model.Shape.Task).Resolve(Model) };
        }
        catch (InputException error)
        {
            throw new ImpossibleException(experiment.File, [error.Message.StartsWith(Key, StringComparison.Ordinal) ? error.Message : Key + error.Message]);
        }
    }

    /// <summary>The values before the first round.</summary>
    public ParameterSet Initial(Method method, long seed) => InitialisationRules.Begin(method.Initialisation, Model, Adapters, seed);

    /// <summary>A learner over it.</summary>
    public Learner Learner(Tape tape) => new(Model, Adapters, Objective, tape);

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static Backbone Open(Experiment experiment, string folder, StorageType storage, IBackend backend, ITokenizer tokenizer)
    {
        var words = experiment.Data.Cloze is { } cloze ? ClozeWords.Of(tokenizer, cloze).Tokens : null;
        var model = ModelLoader.Load(folder, backend, storage, words);
        try
        {
            TextGenerator.RequireFit(tokenizer, model, folder);
            return model.Shape.Positions >= experiment.MaxLength
                ? new Backbone { Folder = folder, Storage = storage, Model = model, Tokenizer = tokenizer, Objective = Learning.Objectives.Objective.Of(model.Shape) }
                : throw new ImpossibleException(
                    experiment.File, [$"training.max_length is {experiment.MaxLength}, the model's context {model.Shape.Positions}{(folder == experiment.Model ? "" : $" ({folder})")}; set it to at most {model.Shape.Positions}"]);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
