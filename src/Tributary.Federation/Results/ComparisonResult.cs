using System.Text.Json.Serialization;

namespace Tributary.Federation.Results;

/// <summary>What a comparison of methods came to: the document <c>compare.json</c>. Only keys named <c>seconds</c> and <c>peak_rss_bytes</c> differ between two comparisons of the same things.</summary>
public sealed record ComparisonResult
{
    /// <summary>The version of this document that this build writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Version of this document.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Version of the tool that ran it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Name of the comparison.</summary>
    public required string Name { get; init; }

    /// <summary>The data sets, in order.</summary>
    public required IReadOnlyList<ComparedData> Data { get; init; }

    /// <summary>Every run: data set by data set, method by method, seed by seed; the baselines are methods of the family "baseline".</summary>
    public required IReadOnlyList<ComparedRun> Rows { get; init; }

    /// <summary>One line for each method on each data set.</summary>
    public required IReadOnlyList<ComparedMethod> Summary { get; init; }

    /// <summary>Methods that were not asked for this time and have whole runs in the comparison's folder from an earlier one; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? NotShown { get; init; }
}

/// <summary>One experiment that all methods ran.</summary>
/// <param name="Name">Its name in the comparison.</param>
/// <param name="Subject">Which model and data.</param>
/// <param name="Owners">Number of owners.</param>
/// <param name="Rounds">Number of rounds.</param>
/// <param name="KernelSet">Which kernels computed it.</param>
public sealed record ComparedData(string Name, RunSubject Subject, int Owners, int Rounds, string KernelSet);

/// <summary>One run.</summary>
public sealed record ComparedRun
{
    /// <summary>Name of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Its seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What it trained where that is not the kind that the experiment names but the method's own; null when it is the experiment's.</summary>
    public OwnAdaptation? OwnAdaptation { get; init; }

    /// <summary>Loss and accuracy on the union of the owners' validation rows, each owner with the model it uses; null when the run failed.</summary>
    public Metrics? Metrics { get; init; }

    /// <summary>(federated − local) ÷ (pooled − local) of the same seed; null when that says nothing.</summary>
    public double? GapClosed { get; init; }

    /// <summary>How evenly the owners fare, each on its own rows.</summary>
    public Fairness? Fairness { get; init; }

    /// <summary>Mean over rounds of ‖mean(B)·mean(A) − mean(BA)‖ / ‖mean(BA)‖; null where factors are not averaged.</summary>
    public double? AggregationError { get; init; }

    /// <summary>Length of all bodies that owners sent.</summary>
    public long BytesUp { get; init; }

    /// <summary>Length of all bodies that owners received.</summary>
    public long BytesDown { get; init; }

    /// <summary>Wall-clock time of its rounds, others beside it or not.</summary>
    public double Seconds { get; init; }

    /// <summary>Largest resident set of the process that played it, and nothing else; that of the comparison itself for baselines, which are trained there, together.</summary>
    public long PeakRssBytes { get; init; }

    /// <summary>Loss after each measured round.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>Why there are no figures: refused before it ran, or failed while it ran.</summary>
    public string? Failure { get; init; }
}

/// <summary>The adapters that make a method what it is.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Trainable">Trainable parameters.</param>
public sealed record OwnAdaptation(string Kind, long Trainable);

/// <summary>A point of a learning curve.</summary>
/// <param name="Bytes">What had travelled so far, both ways.</param>
/// <param name="Loss">Loss on the union of the owners' validation rows.</param>
public sealed record CurvePoint(long Bytes, double Loss);

/// <summary>One method on one data set, over its seeds.</summary>
public sealed record ComparedMethod
{
    /// <summary>Name of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>How well the original is known: <c>verified</c> or <c>reconstruction</c>; null for baselines.</summary>
    public string? Basis { get; init; }

    /// <summary>Loss.</summary>
    public MeanDeviation? Loss { get; init; }

    /// <summary>Accuracy: share of labelled tokens, or of texts, whose first choice is right.</summary>
    public MeanDeviation? Accuracy { get; init; }

    /// <summary>Share of the gap between training alone and pooling that was closed.</summary>
    public MeanDeviation? GapClosed { get; init; }

    /// <summary>Loss of the owner who fares worst, on its own rows.</summary>
    public MeanDeviation? WorstOwner { get; init; }

    /// <summary>Loss of the owner who fares worst less that of the one who fares best.</summary>
    public MeanDeviation? OwnerGap { get; init; }

    /// <summary>How far averaged factors are from the average update.</summary>
    public MeanDeviation? AggregationError { get; init; }

    /// <summary>Bytes that owners sent, mean over seeds.</summary>
    public double BytesUp { get; init; }

    /// <summary>Bytes that owners received, mean over seeds.</summary>
    public double BytesDown { get; init; }

    /// <summary>Seconds of a run, mean over seeds.</summary>
    public double Seconds { get; init; }

    /// <summary>Largest of its runs.</summary>
    public long PeakRssBytes { get; init; }

    /// <summary>Why some of its seeds have no figures, each reason once.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}
