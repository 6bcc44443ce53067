using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>Per tensor: does it travel?</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AllShared), "all_shared")]
[JsonDerivedType(typeof(AllPrivate), "all_private")]
[JsonDerivedType(typeof(ByRole), "by_role")]
[JsonDerivedType(typeof(ByName), "by_name")]
[JsonDerivedType(typeof(ByAdapter), "by_adapter")]
public abstract record Sharing
{
    private Sharing()
    {
    }

    /// <summary>By the factor of LoRA that a tensor is; the head of a classifier apart, everything else is shared.</summary>
    public static Sharing ByFactor(Visibility loraA = Visibility.Shared, Visibility loraB = Visibility.Shared, Visibility head = Visibility.Shared) =>
        new ByRole(new SortedDictionary<string, Visibility>(StringComparer.Ordinal) { ["lora_A"] = loraA, ["lora_B"] = loraB, ["head"] = head });

    /// <summary>Every trainable tensor is shared.</summary>
    public sealed record AllShared : Sharing;

    /// <summary>No tensor is shared: every owner trains alone.</summary>
    public sealed record AllPrivate : Sharing;

    /// <summary>By the role of the tensor ("lora_A", "lora_B", "head"…).</summary>
    /// <param name="Roles">Visibility of each named role.</param>
    /// <param name="Others">Visibility of all other roles.</param>
    public sealed record ByRole(IReadOnlyDictionary<string, Visibility> Roles, Visibility Others = Visibility.Shared) : Sharing;

    /// <summary>By the name of the tensor.</summary>
    /// <param name="Ends">Visibility by what a name ends in; the first in ordinal order that fits holds.</param>
    /// <param name="Others">Visibility of all other tensors.</param>
    public sealed record ByName(IReadOnlyDictionary<string, Visibility> Ends, Visibility Others = Visibility.Shared) : Sharing;

    /// <summary>By the named adapter that the tensor belongs to.</summary>
    /// <param name="Adapters">Visibility of each named adapter.</param>
    /// <param name="Others">Visibility of the tensors of all others.</param>
    public sealed record ByAdapter(IReadOnlyDictionary<string, Visibility> Adapters, Visibility Others = Visibility.Shared) : Sharing;
}

/// <summary>Where a tensor lives.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Visibility>))]
public enum Visibility
{
    /// <summary>Trained by clients, joined by the server.</summary>
    [JsonStringEnumMemberName("shared")]
    Shared,

    /// <summary>Trained by a client, kept in its state, never sent.</summary>
    [JsonStringEnumMemberName("private")]
    Private,

    /// <summary>Stays at the server's value: received, but neither trained nor sent back.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>Received, but not trained: the client keeps it for rounds in which it is <see cref="Kept"/>.</summary>
    [JsonStringEnumMemberName("handed")]
    Handed,

    /// <summary>Stays at what the client was handed or trained itself; neither received nor trained nor sent.</summary>
    [JsonStringEnumMemberName("kept")]
    Kept,

    /// <summary>Stays at its initial value, which all parties derive from the seed; never sent.</summary>
    [JsonStringEnumMemberName("frozen")]
    Frozen,
}
