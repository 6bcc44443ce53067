using Tributary.Federation.Devices;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Experts;
using Tributary.Federation.Parts.Paces;
using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>An experiment file, read and checked: paths absolute, the method with the file's settings put in.</summary>
public sealed record Experiment
{
    /// <summary>The file it was read from, absolute.</summary>
    public required string File { get; init; }

    /// <summary>Its name; the file's own when it gives none.</summary>
    public required string Name { get; init; }

    /// <summary>Folder of the base model, absolute.</summary>
    public required string Model { get; init; }

    /// <summary>The data.</summary>
    public required DataSettings Data { get; init; }

    /// <summary>The method, with adaptation, optimizer, budget and cohort of the file put in.</summary>
    public required Method Method { get; init; }

    /// <summary>Number of rounds.</summary>
    public required int Rounds { get; init; }

    /// <summary>Most tokens of a sample, or tokens of a block of running text.</summary>
    public required int MaxLength { get; init; }

    /// <summary>How the machine is used.</summary>
    public required BackendSettings Backend { get; init; }

    /// <summary>What is measured.</summary>
    public required EvaluationSettings Evaluation { get; init; }

    /// <summary>The clients' machines; null where nothing is said of them.</summary>
    public DeviceSettings? Devices { get; init; }

    /// <summary>How long simulated clients take by the run's own clock.</summary>
    public required Durations Durations { get; init; }

    /// <summary>From which everything random follows.</summary>
    public required long Seed { get; init; }

    /// <summary>Folder for results, absolute.</summary>
    public required string Output { get; init; }

    /// <summary>SHA-256 over all settings but name, output and backend.threads, in hexadecimal; environment variables count by name.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Refuses a cohort that the partition's clients cannot fill.</summary>
    /// <param name="clients">How many there are.</param>
    /// <param name="leftOut">Who is left out of them, and why; null when nobody is.</param>
    /// <exception cref="ImpossibleException">More clients are asked for than there are.</exception>
    public void RequireClients(int clients, string? leftOut = null)
    {
        var there = leftOut is null ? $"the data have {clients} clients" : $"{clients} clients are left (left out: {leftOut})";
        var reasons = new List<string>();
        if (CohortRules.Asked(Method.Cohort) is { } cohort && cohort > clients)
        {
            reasons.Add($"training.cohort is {cohort} but {there}; lower it or leave it out");
        }

        if (Method.Pace is Pace.FirstK first && first.K > clients)
        {
            reasons.Add($"method.pace waits for the first {first.K} answers but {there}");
        }

        if (ExpertRules.Refusal(Method, clients) is { } refusal)
        {
            reasons.Add(refusal);
        }

        if (reasons.Count > 0)
        {
            throw new ImpossibleException(File, reasons);
        }
    }
}

/// <summary>The section <c>data</c>.</summary>
/// <param name="Train">Paths or patterns of training files, absolute; <c>agent:NAME</c> is left as it is.</param>
/// <param name="Format">How rows are understood.</param>
/// <param name="Partition">How rows become owners.</param>
/// <param name="Validation">What validates.</param>
/// <param name="Test">What tests.</param>
/// <param name="LocalBaseline">Whether each owner also trains alone.</param>
/// <param name="PooledBaseline">Whether one model also trains on the union.</param>
/// <param name="Columns">Which columns of a table mean what.</param>
/// <param name="Template">What stands before a response; null is customary for the format.</param>
/// <param name="TrainOnPrompt">Whether prompts are learned too.</param>
/// <param name="ChatTemplate">How dialogues are written; null is the model's own way, or the plain one.</param>
/// <param name="Cloze">The words of classes and the text in whose gap they stand, for a model that predicts tokens; null leaves labels to the model's head or to the template.</param>
/// <param name="Public">Paths or patterns of files that the server has for itself, absolute; null when it has none.</param>
public sealed record DataSettings(
    IReadOnlyList<string> Train, DataFormat Format, PartitionSettings Partition, HeldOut Validation, HeldOut Test, bool LocalBaseline, bool PooledBaseline, DataColumns Columns,
    PromptTemplate? Template = null, bool TrainOnPrompt = false, ChatTemplate? ChatTemplate = null, ClozeTemplate? Cloze = null,
    IReadOnlyList<string>? Public = null);

/// <summary>Rows kept away from training: a share of each client's rows, or a file of its own.</summary>
/// <param name="Share">0 … below 1.</param>
/// <param name="Path">Path or pattern, absolute; null when it is a share.</param>
public sealed record HeldOut(double Share, string? Path = null);

/// <summary>The section <c>data.partition</c> as written; which settings belong to a kind is checked where partitioners live.</summary>
/// <param name="Kind">files, iid, dirichlet, quantity, shards, column or cluster.</param>
/// <param name="Clients">Number of owners, for every kind but files and column.</param>
/// <param name="Alpha">Concentration, for dirichlet and quantity.</param>
/// <param name="PerClient">Shards of each owner, for shards.</param>
/// <param name="By">Field whose values are divided, for dirichlet and shards; null takes label or category.</param>
/// <param name="Name">Field whose values are owners, for column.</param>
/// <param name="MinRows">Rows that every owner has at least, for dirichlet.</param>
public sealed record PartitionSettings(string Kind, int? Clients = null, double? Alpha = null, int? PerClient = null, string? By = null, string? Name = null, int? MinRows = null);

/// <summary>The section <c>backend</c>.</summary>
/// <param name="Threads">Threads; null is one per core.</param>
/// <param name="BaseType">How frozen weights are kept.</param>
public sealed record BackendSettings(int? Threads, StorageType BaseType);

/// <summary>The section <c>evaluation</c>.</summary>
/// <param name="Every">Rounds between two measurements; the last round is always measured.</param>
/// <param name="KeepBest">Whether the run ends with the model of the lowest validation loss instead of the last.</param>
public sealed record EvaluationSettings(int Every, bool KeepBest);
