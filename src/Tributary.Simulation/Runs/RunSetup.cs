using Tributary.Federation.Devices;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Initialisations;
using Tributary.Federation.Parts.Paces;
using Tributary.Federation.Results;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Tensors;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;
using Tributary.Simulation.Devices;

namespace Tributary.Simulation.Runs;

/// <summary>Everything a run needs, opened and checked before its first step.</summary>
public sealed record RunSetup : IDisposable
{
    /// <summary>Where everything is computed.</summary>
    public required IBackend Backend { get; init; }

    /// <summary>Clients that run side by side.</summary>
    public required int Parallel { get; init; }

    /// <summary>How many clients of a base pass it together, in the place of what is best by its size; null is that. No result depends on it.</summary>
    public SharedPass? SharedPass { get; init; }

    /// <summary>The frozen bases and who holds which.</summary>
    public required Backbones Backbones { get; init; }

    /// <summary>The model of the experiment's own base.</summary>
    public LanguageModel Model => Backbones.Own.Model;

    /// <summary>Its tokenizer.</summary>
    public ITokenizer Tokenizer => Backbones.Own.Tokenizer;

    /// <summary>What is trained on it.</summary>
    public IReadOnlyList<IAdapter> Adapters => Backbones.Own.Adapters;

    /// <summary>What is minimised on it.</summary>
    public IObjective Objective => Backbones.Own.Objective;

    /// <summary>The method, with the experiment's training settings put in.</summary>
    public required Method Method { get; init; }

    /// <summary>Number of rounds that are committed.</summary>
    public required int Rounds { get; init; }

    /// <summary>Rounds of the experiment whose work is done in one of these: all of them where nothing is joined between them.</summary>
    public int RoundsAtOnce { get; init; } = 1;

    /// <summary>How long the clients take by the run's own clock.</summary>
    public Durations Durations { get; init; } = new Durations.Constant();

    /// <summary>Rounds between two evaluations; the last is always evaluated.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Whether the run ends with the model of the lowest validation loss instead of the last.</summary>
    public bool KeepBest { get; init; }

    /// <summary>The owners, in id order.</summary>
    public required IReadOnlyList<OwnerData> Owners { get; init; }

    /// <summary>Rows that the server has for itself; null when it has none.</summary>
    public TokenizedDataset? Public { get; init; }

    /// <summary>Who trains: the owners, or one in their place who holds the rows of all.</summary>
    public required IReadOnlyList<OwnerData> Trainers { get; init; }

    /// <summary>The run as its rounds are played.</summary>
    public RunPlan Plan => new(
        Name, ConfigHash, Trains, Rounds, [.. Trainers.Select(trainer => trainer.Id)], Backbones.Layout(Method), Seed)
    {
        RoundsAtOnce = RoundsAtOnce,
        Durations = Durations,
        Devices = Devices,
    };

    /// <summary>The owners' machines; null where nothing is said of them.</summary>
    public IReadOnlyDictionary<string, DeviceProfile>? Devices { get; init; }

    /// <summary>Which machines can hold their clients' parts; null where no machine's memory is known.</summary>
    public DeviceFit? Fit { get; init; }

    /// <summary>Whether each owner is trained alone for comparison.</summary>
    public bool LocalBaseline { get; init; }

    /// <summary>Whether one model is trained on all data for comparison.</summary>
    public bool PooledBaseline { get; init; }

    /// <summary>How much of what frozen lower blocks give is kept to be used again. No result depends on it.</summary>
    public ActivationLimits ActivationLimits { get; init; } = ActivationLimits.Default;

    /// <summary>Each base's part of that.</summary>
    public ActivationLimits LimitsOfEach => new(ActivationLimits.MemoryBytes / Backbones.All.Count, ActivationLimits.DiskBytes / Backbones.All.Count);

    /// <summary>
    /// The base that an owner's rows are measured with: the experiment's own for a global model, however owners keep theirs; otherwise the one that the owner trains on.
    /// </summary>
    public Backbone MeasuredOn(string owner) => Method.Serving is Serving.Global && Backbones.Of(owner).Folder == Backbones.Own.Folder ? Backbones.Own : Backbones.Of(owner);

    /// <summary>What the server begins with: the values of the tensors that it knows.</summary>
    public ParameterSet Initial()
    {
        var (own, known) = (Backbones.Own.Initial(Method, Seed), Plan.Layout);
        return Backbones.AreAlike ? own : own.Where(key => known.TryFind(key.WireName, out _, out _));
    }

    /// <summary>The bases that somebody trains on or is measured with, baselines among them.</summary>
    public IReadOnlyList<Backbone> InUse => Backbones.All.Count == 1 ? Backbones.All
        : [.. Backbones.All.Where(backbone => Trainers.Any(trainer => Backbones.Of(trainer.Id) == backbone) || Owners.Any(owner => MeasuredOn(owner.Id) == backbone) || (PooledBaseline && backbone == Backbones.Own))];

    /// <summary>The base that most train on, the first of several.</summary>
    public Backbone TrainsMost => Backbones.All.MaxBy(backbone => TrainersOn(backbone).Count)!;

    /// <summary>Who trains on a base.</summary>
    public IReadOnlyList<OwnerData> TrainersOn(Backbone backbone) => Backbones.All.Count == 1 ? Trainers : [.. Trainers.Where(trainer => Backbones.Of(trainer.Id) == backbone)];

    /// <summary>Clients of a base, or groups of them, that run side by side: as much of all as it has of the owners, one at least.</summary>
    public int ParallelOf(Backbone backbone) => Backbones.All.Count == 1 ? Parallel
        : Math.Max(1, Parallel * Owners.Count(owner => Backbones.Of(owner.Id) == backbone || MeasuredOn(owner.Id) == backbone) / Owners.Count);

    /// <summary>Clients of a base that pass it together; of each group, where groups run side by side. No result depends on it.</summary>
    public SharedPass SharedPassOf(Backbone backbone) =>
        SharedPass ?? Runs.SharedPass.Of(backbone.Model, backbone.Adapters, backbone.Objective, Method, Backbones.All.Count == 1 ? Owners : [.. Owners.Where(owner => Backbones.Of(owner.Id) == backbone)]);

    /// <summary>From which everything random follows.</summary>
    public required long Seed { get; init; }

    /// <summary>Hash of every setting that can change the result.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Hashes of data and model.</summary>
    public required RunInputs Inputs { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which model and data, for the result document.</summary>
    public required RunSubject Subject { get; init; }

    /// <summary>What was cut or dropped while reading the data.</summary>
    public IReadOnlyList<CountedWarning> DataWarnings { get; init; } = [];

    /// <summary>What its people should know before it begins: settings without effect, clients left out, and what befell the data.</summary>
    public IReadOnlyList<CountedWarning> Warnings =>
    [
        .. PopulationRules.Warnings(Method, Trainers.Count).Concat(InitialisationRules.Warnings(Method, Public is not null)).Select(warning => new CountedWarning(warning, 1)),
        .. LeftOut is { Count: > 0 } absent ? [new CountedWarning($"left out: {Fit!.Describe(absent)}", absent.Count)] : Array.Empty<CountedWarning>(),
        .. DataWarnings,
    ];

    private IReadOnlyList<string>? LeftOut => Fit?.TooSmall.Except(Owners.Select(owner => owner.Id), StringComparer.Ordinal).ToArray();

    // One who trains for all takes their steps.
    private Method Trains => Method.Cohort is Cohort.Union ? Method with { LocalProgram = Method.LocalProgram.ForClients(CohortRules.Joined(Method, Owners.Count)) } : Method;

    /// <inheritdoc/>
    public void Dispose()
    {
        Backbones.Dispose();
        Backend.Dispose();
    }
}
