using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What values does a client's training begin from?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Standard), "standard")]
[JsonDerivedType(typeof(Keep), "keep")]
public abstract record Initialisation
{
    private Initialisation()
    {
    }

    /// <summary>Shared tensors from the download; private ones from the client's state or, the first time, from the adaptation's own initialisation.</summary>
    public sealed record Standard : Initialisation;

    /// <summary>All tensors from where the client's last training ended; the first time as <see cref="Standard"/>.</summary>
    public sealed record Keep : Initialisation;
}
