using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What one client holds and trains in one round: its capacity, resolved by the server.</summary>
/// <param name="Rank">Most ranks of its adapters; null is the adaptation's own.</param>
public sealed record Holding(int? Rank = null)
{
    /// <summary>Everything.</summary>
    public static Holding Everything { get; } = new();

    /// <summary>Whether a client with it has the adapters that all agreed on.</summary>
    [JsonIgnore]
    public bool IsWhole => Rank is null;
}
