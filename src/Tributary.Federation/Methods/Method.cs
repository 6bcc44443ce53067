using System.Text.Json.Serialization;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Methods;

/// <summary>
/// A published way to fine-tune over several data owners, as a value: one choice for each of fourteen parts. All defaults together are FedIT; a relative is written as
/// <c>FedIt with { … }</c>. No part knows which method it serves.
/// </summary>
public sealed record Method
{
    /// <summary>Short name in experiment files: lower case with hyphens.</summary>
    public string Id { get; init; } = "custom";

    /// <summary>Name as published.</summary>
    public string Name { get; init; } = "Custom";

    /// <summary>Where it was published; null for baselines.</summary>
    public Paper? Paper { get; init; }

    /// <summary>Which family of methods it belongs to.</summary>
    public string Family { get; init; } = "lora";

    /// <summary>One line: what differs from its nearest relative.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Which difficulties it claims to address.</summary>
    public IReadOnlyList<Challenge> Challenges { get; init; } = [];

    /// <summary>How well the original is known.</summary>
    public Basis Basis { get; init; } = Basis.Verified;

    /// <summary>What is trainable?</summary>
    public AdapterConfig Adaptation { get; init; } = new LoraConfig();

    /// <summary>Which tensors travel?</summary>
    public Sharing Sharing { get; init; } = new Sharing.AllShared();

    /// <summary>What values does training begin from?</summary>
    public Initialisation Initialisation { get; init; } = new Initialisation.Standard();

    /// <summary>How much can a client hold or send?</summary>
    public Capacity Capacity { get; init; } = new Capacity.Uniform();

    /// <summary>Who takes part?</summary>
    public Cohort Cohort { get; init; } = new Cohort.Uniform();

    /// <summary>When does a version close?</summary>
    public Pace Pace { get; init; } = new Pace.WholeCohort();

    /// <summary>What does a client do?</summary>
    public LocalProgram LocalProgram { get; init; } = LocalProgram.Standard;

    /// <summary>What travels, in which bytes?</summary>
    public Codec Codec { get; init; } = new();

    /// <summary>With which weight does an update count?</summary>
    public Weighting Weighting { get; init; } = new Weighting.Examples();

    /// <summary>In which space are updates joined?</summary>
    public Combine Combine { get; init; } = new Combine.Factors();

    /// <summary>How does server state advance?</summary>
    public ServerStep ServerStep { get; init; } = new ServerStep.Replace();

    /// <summary>What does a client receive?</summary>
    public Dispatch Dispatch { get; init; } = new Dispatch.Broadcast();

    /// <summary>What does a client use in the end?</summary>
    public Serving Serving { get; init; } = new Serving.Global();

    /// <summary>Which overrides are active in a round?</summary>
    public Schedule Schedule { get; init; } = new Schedule.Constant();

    /// <summary>The parts that hold in a round, counted from 1: the schedule's overrides put in.</summary>
    public Method At(int round)
    {
        var active = Schedule.At(round);
        return this with
        {
            Sharing = active.Sharing ?? Sharing,
            Initialisation = active.Initialisation ?? Initialisation,
            Capacity = active.Capacity ?? Capacity,
            Cohort = active.Cohort ?? Cohort,
            Pace = active.Pace ?? Pace,
            LocalProgram = WithLosses(active.LocalProgram ?? LocalProgram, active.Losses).Only(active.Phases),
            Codec = active.Codec ?? Codec,
            Weighting = active.Weighting ?? Weighting,
            Combine = active.Combine ?? Combine,
            ServerStep = active.ServerStep ?? ServerStep,
            Dispatch = active.Dispatch ?? Dispatch,
            Schedule = new Schedule.Constant(),
        };
    }

    private static LocalProgram WithLosses(LocalProgram program, IReadOnlyList<LossTerm>? losses) =>
        losses is null ? program : program.WithEveryPhase(phase => phase with { Losses = losses });
}

/// <summary>Where a method was published.</summary>
/// <param name="Authors">For example "Zhang et al.".</param>
/// <param name="Year">Year of publication.</param>
/// <param name="Reference">For example "arXiv:2305.05644".</param>
public sealed record Paper(string Authors, int Year, string Reference);

/// <summary>How well the original of a method is known.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Basis>))]
public enum Basis
{
    /// <summary>Official code or the paper's text was read.</summary>
    [JsonStringEnumMemberName("verified")]
    Verified,

    /// <summary>Rebuilt from abstracts, surveys and other people's implementations.</summary>
    [JsonStringEnumMemberName("reconstruction")]
    Reconstruction,

    /// <summary>A published method in which an experiment has changed parts: nobody's but the user's own.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,
}

/// <summary>A difficulty of federated fine-tuning.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Challenge>))]
public enum Challenge
{
    /// <summary>Bytes that travel.</summary>
    [JsonStringEnumMemberName("communication")]
    Communication,

    /// <summary>Owners whose data differ.</summary>
    [JsonStringEnumMemberName("non-iid")]
    NonIid,

    /// <summary>Memory of clients.</summary>
    [JsonStringEnumMemberName("memory")]
    Memory,

    /// <summary>Work of clients.</summary>
    [JsonStringEnumMemberName("compute")]
    Compute,
}
