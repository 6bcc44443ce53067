using System.Text.Json.Serialization;

namespace Tributary.Federation.Results;

/// <summary>One committed round.</summary>
/// <param name="Round">Counted from 1.</param>
/// <param name="Cohort">Ids of the owners whose updates were joined, in order.</param>
/// <param name="TrainLoss">Mean loss of the cohort's local steps, in the method's weights, in nats per token.</param>
/// <param name="ValidationLoss">Loss of the new model on the union of the validation sets; null in a round without evaluation.</param>
/// <param name="BytesUp">Length of the bodies that owners sent.</param>
/// <param name="BytesDown">Length of the bodies that owners received.</param>
/// <param name="ValueBytesUp">Tensor data alone within the bodies sent.</param>
/// <param name="ValueBytesDown">Tensor data alone within the bodies received.</param>
/// <param name="Seconds">Wall-clock time of the round.</param>
public sealed record RoundResult(
    int Round, IReadOnlyList<string> Cohort, double TrainLoss, double? ValidationLoss,
    long BytesUp, long BytesDown, long ValueBytesUp, long ValueBytesDown, double Seconds)
{
    /// <summary>Its part in which clients worked, without joining and evaluation; null in a document of an earlier version.</summary>
    public Elapsed? Training { get; init; }

    /// <summary>How long bodies were on the wire in it, as the devices' bandwidths say: of the client that took longest; null where no bandwidth is given.</summary>
    public Elapsed? Transfer { get; init; }

    /// <summary>When it was closed by the run's own clock, in seconds, which goes by <c>durations</c> and bandwidths; null where neither is given.</summary>
    public double? Clock { get; init; }

    /// <summary>How late its answers were; null where nobody can be late because every round waits for its whole cohort.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Staleness? Staleness { get; init; }

    /// <summary>Pieces of work that were called off when it closed, being too old to count from then on; null where rounds wait for their whole cohorts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CalledOff { get; init; }

    /// <summary>The same round in a run whose rounds wait for their whole cohorts; null where this run's do, or where nothing is said of how long clients take.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Waiting? WaitingForAll { get; init; }

    /// <summary>‖mean(B)·mean(A) − mean(BA)‖ / ‖mean(BA)‖ over all LoRA modules, where factors were averaged: how far the new model is from the average update; null where they were not.</summary>
    public double? AggregationError { get; init; }

    /// <summary>What the rank leaves out of the average update, relative to it, where updates were refactored; null where they were not.</summary>
    public double? TruncationError { get; init; }
}

/// <summary>How many versions were made since those that a round's answers started from.</summary>
/// <param name="Mean">Mean over its answers.</param>
/// <param name="Maximum">Of the latest.</param>
public sealed record Staleness(double Mean, int Maximum);

/// <summary>A round that waits for its whole cohort.</summary>
/// <param name="Clock">When it closes by the run's own clock, in seconds.</param>
/// <param name="Answers">How many it joins.</param>
public sealed record Waiting(double Clock, int Answers);

/// <summary>Wall-clock time of a part.</summary>
/// <param name="Seconds">How long it took.</param>
public sealed record Elapsed(double Seconds);

/// <summary>One owner at the end.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Examples">Its training rows.</param>
/// <param name="Metrics">The federated model on this owner's validation set.</param>
/// <param name="Baseline">The same figures for this owner training alone with the same budget; null when that baseline was off.</param>
public sealed record ClientResult(string Id, long Examples, Metrics Metrics, Metrics? Baseline);

/// <summary>The federated model at the end, and what it took.</summary>
public sealed record FinalResult
{
    /// <summary>On the union of the validation sets; <c>test_loss</c> is that on the union of the test sets, where there are any.</summary>
    public required Metrics Metrics { get; init; }

    /// <summary>The round whose model this is: the last, or the one with the lowest validation loss where the experiment asks for the best.</summary>
    public int Round { get; init; }

    /// <summary>(federated − local) ÷ (pooled − local); null when that says nothing.</summary>
    public double? GapClosed { get; init; }

    /// <summary>Why <see cref="GapClosed"/> is null.</summary>
    public string? GapClosedReason { get; init; }

    /// <summary>How evenly the owners fare.</summary>
    public required Fairness Fairness { get; init; }

    /// <summary>Length of all bodies that owners sent.</summary>
    public required long BytesUp { get; init; }

    /// <summary>Length of all bodies that owners received.</summary>
    public required long BytesDown { get; init; }

    /// <summary>Tensor data alone within the bodies sent.</summary>
    public required long ValueBytesUp { get; init; }

    /// <summary>Tensor data alone within the bodies received.</summary>
    public required long ValueBytesDown { get; init; }

    /// <summary>Wall-clock time of the whole run.</summary>
    public required double Seconds { get; init; }

    /// <summary>Largest resident set of the process.</summary>
    public required long PeakRssBytes { get; init; }
}

/// <summary>What the model wrote to a prompt before the first round and after the last.</summary>
public sealed record SampleGeneration(string Prompt, string Before, string After);
