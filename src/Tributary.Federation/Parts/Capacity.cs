using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>How much can a client hold or send?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Uniform), "uniform")]
public abstract record Capacity
{
    private Capacity()
    {
    }

    /// <summary>Every client holds and sends everything.</summary>
    public sealed record Uniform : Capacity;
}
