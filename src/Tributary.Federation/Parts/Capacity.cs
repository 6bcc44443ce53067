using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>How much can a client hold or send?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Uniform), "uniform")]
[JsonDerivedType(typeof(Rows), "rows")]
public abstract record Capacity
{
    private Capacity()
    {
    }

    /// <summary>Every client holds and sends everything.</summary>
    public sealed record Uniform : Capacity;

    /// <summary>
    /// A client trains every tensor, but of those with one role it sends only some rows (virtual tokens of a prompt, ranks of a lora_A). Needs deltas upwards. A client that
    /// is not named sends everything.
    /// </summary>
    /// <param name="Role">Role of the tensors that are sent in part.</param>
    /// <param name="ByClient">The rows that each named client sends, from 0.</param>
    public sealed record Rows(string Role, IReadOnlyDictionary<string, IReadOnlyList<int>> ByClient) : Capacity;
}
