using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>
/// Clients have the first blocks of the model alone, and ask the server in every step for the loss and its gradient at the cut; labels go with what they ask (split learning,
/// Thapa et al. 2022). The server trains the blocks above with the same steps.
/// </summary>
/// <param name="Blocks">
/// Blocks below the cut, each number at least 1: one for all clients, or several, dealt to clients in id order, from the beginning again behind the last. Of several numbers those
/// are left out that leave no block above. Null is 1.
/// </param>
/// <param name="Upper">How many there are of the blocks above.</param>
/// <param name="ByClient">Most blocks of clients by id: each has the largest of the numbers that is not above that, who is not named the largest of all; null deals them out.</param>
public sealed record Cut(IReadOnlyList<int>? Blocks = null, UpperCopies Upper = UpperCopies.One, IReadOnlyDictionary<string, int>? ByClient = null)
{
    /// <summary>Blocks below the cut.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = Blocks ?? [1];
}

/// <summary>How many there are of what lies above a cut.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UpperCopies>))]
public enum UpperCopies
{
    /// <summary>One, which the clients of a round train one after another in id order; its optimizer goes on from round to round.</summary>
    [JsonStringEnumMemberName("one")]
    One,

    /// <summary>One for each client of a round, with an optimizer as fresh as the client's; they are joined like what clients send.</summary>
    [JsonStringEnumMemberName("each")]
    Each,
}
