using System.Text.Json.Serialization;
using Tributary.Federation.Rounds;

namespace Tributary.Federation.State;

/// <summary>What is written to the journal before it counts as having happened.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "entry")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(Sent), "sent")]
[JsonDerivedType(typeof(Received), "received")]
[JsonDerivedType(typeof(Committed), "committed")]
public abstract record JournalEntry
{
    private JournalEntry()
    {
    }

    /// <summary>A run began; its first state is stored.</summary>
    /// <param name="Run">The run's id.</param>
    /// <param name="ConfigHash">Hash of its configuration.</param>
    public sealed record Opened(string Run, string ConfigHash) : JournalEntry;

    /// <summary>Work was handed out.</summary>
    /// <param name="Flight">Which, and what went with it.</param>
    public sealed record Sent(Flight Flight) : JournalEntry;

    /// <summary>An update is in the spool: from here on it is acknowledged.</summary>
    /// <param name="Update">What arrived.</param>
    /// <param name="Sha256">SHA-256 of its file in the spool, in lower-case hex.</param>
    public sealed record Received(Update Update, string Sha256) : JournalEntry;

    /// <summary>A version is stored.</summary>
    /// <param name="Report">What happened in its round.</param>
    public sealed record Committed(RoundReport Report) : JournalEntry;
}

/// <summary>How journal entries and reports are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(JournalEntry))]
public sealed partial class StateJson : JsonSerializerContext;
