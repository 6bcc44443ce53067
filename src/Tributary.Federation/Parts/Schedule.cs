using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>Which overrides of the other parts are active in a round?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Constant), "constant")]
[JsonDerivedType(typeof(Parity), "parity")]
[JsonDerivedType(typeof(Cycle), "cycle")]
[JsonDerivedType(typeof(Stages), "stages")]
public abstract record Schedule
{
    private Schedule()
    {
    }

    /// <summary>The overrides of a round, counted from 1.</summary>
    public abstract Overrides At(int round);

    /// <summary>No overrides.</summary>
    public sealed record Constant : Schedule
    {
        /// <inheritdoc/>
        public override Overrides At(int round) => Overrides.None;
    }

    /// <summary>Alternating overrides: round 1 is odd.</summary>
    /// <param name="Odd">In rounds 1, 3, 5…</param>
    /// <param name="Even">In rounds 2, 4, 6…</param>
    public sealed record Parity(Overrides Odd, Overrides Even) : Schedule
    {
        /// <inheritdoc/>
        public override Overrides At(int round) => round % 2 == 1 ? Odd : Even;
    }

    /// <summary>Overrides that take turns.</summary>
    /// <param name="List">Those of round 1, 2…, at least one; from the beginning again behind the last.</param>
    public sealed record Cycle(IReadOnlyList<Overrides> List) : Schedule
    {
        /// <inheritdoc/>
        public override Overrides At(int round) => List.Count == 0 ? Overrides.None : List[(round - 1) % List.Count];
    }

    /// <summary>Overrides by stretches of rounds: the last one that has begun is active.</summary>
    /// <param name="List">Stretches in the order of their first rounds.</param>
    public sealed record Stages(IReadOnlyList<Stage> List) : Schedule
    {
        /// <inheritdoc/>
        public override Overrides At(int round) => List.LastOrDefault(stage => stage.From <= round)?.Overrides ?? Overrides.None;
    }
}

/// <summary>A stretch of rounds.</summary>
/// <param name="From">Its first round, counted from 1.</param>
/// <param name="Overrides">What holds in it.</param>
public sealed record Stage(int From, Overrides Overrides);

/// <summary>Parts that replace a method's own ones for a while; null keeps the method's. Losses replace the terms of every phase, so that the rest of a client's work stays.</summary>
public sealed record Overrides(
    Sharing? Sharing = null,
    Initialisation? Initialisation = null,
    Capacity? Capacity = null,
    Cohort? Cohort = null,
    Pace? Pace = null,
    LocalProgram? LocalProgram = null,
    Codec? Codec = null,
    Weighting? Weighting = null,
    Combine? Combine = null,
    Dispatch? Dispatch = null,
    IReadOnlyList<LossTerm>? Losses = null)
{
    /// <summary>The phases of the local program that run, by their numbers from 0; null is all.</summary>
    public IReadOnlyList<int>? Phases { get; init; }

    /// <summary>How the server's state advances; it may keep nothing that the method's own step does not.</summary>
    public ServerStep? ServerStep { get; init; }

    /// <summary>No overrides.</summary>
    public static Overrides None { get; } = new();
}
