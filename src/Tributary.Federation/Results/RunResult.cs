using System.Text.Json.Serialization;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Results;

/// <summary>What a run came to: the document <c>result.json</c>. Only keys named <c>seconds</c> and <c>peak_rss_bytes</c> differ between two runs of the same thing.</summary>
public sealed record RunResult
{
    /// <summary>The version of this document that this build writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Version of this document.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Version of the tool that ran it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Which kernels computed it; other kernels may give other bits.</summary>
    public required string KernelSet { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>How well the original of the method is known: <c>verified</c> or <c>reconstruction</c>.</summary>
    public required string Basis { get; init; }

    /// <summary>Where the model was cut in two, so that what the owners' blocks gave and the labels went to the server in every step; null where owners had the whole model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cut? Cut { get; init; }

    /// <summary>Behind how many blocks owners learned at exits of their own, so that nothing came back to them in a step; null where they had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Exits { get; init; }

    /// <summary>Seed of every random number.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Hash of every setting that can change the result; what model and data files hold is hashed in <see cref="Subject"/>.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Which model and data it was.</summary>
    public required RunSubject Subject { get; init; }

    /// <summary>The model before the first round on the union of the validation sets; null when it was not evaluated.</summary>
    public Metrics? Initial { get; init; }

    /// <summary>The rounds, in order.</summary>
    public required IReadOnlyList<RoundResult> Rounds { get; init; }

    /// <summary>The owners, by id.</summary>
    public required IReadOnlyList<ClientResult> Clients { get; init; }

    /// <summary>The owners' machines, profile by profile; null where the experiment says nothing of them.</summary>
    public IReadOnlyList<DeviceResult>? Devices { get; init; }

    /// <summary>Mean over owners of the models trained alone, on the union of the validation sets; null when that baseline was off.</summary>
    public Metrics? Local { get; init; }

    /// <summary>One model on the union of the data with the same total steps; null when that baseline was off.</summary>
    public Metrics? Pooled { get; init; }

    /// <summary>What the trained model is called: "federated", or "pooled" when no update travelled because all rows lay in one place.</summary>
    [JsonIgnore]
    public string Trained => Final.BytesUp + Final.BytesDown == 0 ? "pooled" : "federated";

    /// <summary>The federated model at the end.</summary>
    public required FinalResult Final { get; init; }

    /// <summary>What the model wrote before and after.</summary>
    public IReadOnlyList<SampleGeneration> Samples { get; init; } = [];

    /// <summary>How often each warning was met, by its text.</summary>
    public IReadOnlyList<CountedWarning> Warnings { get; init; } = [];

    /// <summary>Files and folders beside this document.</summary>
    public required RunArtifacts Artifacts { get; init; }
}

/// <summary>Which model and data a run was about.</summary>
/// <param name="Model">Name of the model's folder.</param>
/// <param name="Architecture">For example "llama".</param>
/// <param name="Parameters">Number of base parameters.</param>
/// <param name="Trainable">Number of parameters that are trained on one client.</param>
/// <param name="ModelBytes">Bytes of the base weights as stored in the model's folder.</param>
/// <param name="ModelHash">Hash of the base weights.</param>
/// <param name="Data">The training data as the experiment names it, without its folder.</param>
/// <param name="Format">For example "dolly".</param>
/// <param name="Partition">How rows were given to owners.</param>
/// <param name="Examples">Training rows of all owners.</param>
/// <param name="DataBytes">Bytes of the training files.</param>
/// <param name="DataHash">Hash of every owner's rows, as they are trained on and measured on.</param>
public sealed record RunSubject(
    string Model, string Architecture, long Parameters, long Trainable, long ModelBytes, string ModelHash, string Data, string Format, string Partition, long Examples, long DataBytes,
    string DataHash);

/// <summary>A warning and how often it was met.</summary>
public sealed record CountedWarning(string What, long Count);

/// <summary>What a run leaves in its folder, relative to it; null for what it did not write.</summary>
public sealed record RunArtifacts(string? Adapter, string? Report, string? Events, string? State);
