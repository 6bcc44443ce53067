using System.Text.Json.Serialization;

namespace Tributary.Federation.Parts;

/// <summary>What travels, in which bytes? One encoding for each direction.</summary>
/// <param name="Up">From client to server; null is values in single precision.</param>
/// <param name="Down">From server to client; null is values in single precision.</param>
public sealed record Codec(Encoding? Up = null, Encoding? Down = null)
{
    /// <summary>From client to server.</summary>
    public Encoding Up { get; init; } = Up ?? new Encoding.Values();

    /// <summary>From server to client.</summary>
    public Encoding Down { get; init; } = Down ?? new Encoding.Values();
}

/// <summary>How the tensors of one message are encoded.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Values), "values")]
[JsonDerivedType(typeof(Deltas), "deltas")]
[JsonDerivedType(typeof(SeedScalars), "seed_scalars")]
public abstract record Encoding
{
    private Encoding()
    {
    }

    /// <summary>The values themselves.</summary>
    /// <param name="Number">Bytes of one value.</param>
    /// <param name="Selection">Which part of them travels; null is all.</param>
    public sealed record Values(NumberFormat Number = NumberFormat.F32, Selection? Selection = null) : Encoding;

    /// <summary>The difference between the values after training and the values received. Upwards only.</summary>
    /// <param name="Number">Bytes of one value.</param>
    /// <param name="Selection">Which part of it travels; null is all.</param>
    /// <param name="ErrorFeedback">Whether the sender keeps what was not selected, or lost to rounding, and adds it to its next difference.</param>
    public sealed record Deltas(NumberFormat Number = NumberFormat.F32, Selection? Selection = null, bool ErrorFeedback = false) : Encoding;

    /// <summary>
    /// No tensors: upwards the slope along each direction that an estimator took, from which the receiver repeats the steps; with a pool of directions at most one sum of slopes for
    /// each of them. Downwards the sums of all rounds over a pool, from which a client rebuilds the model out of its initial values (FedKSeed, Qin et al. 2024). Needs plain SGD.
    /// </summary>
    public sealed record SeedScalars : Encoding;
}

/// <summary>How one number is stored in a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NumberFormat>))]
public enum NumberFormat
{
    /// <summary>Single precision, 4 bytes.</summary>
    [JsonStringEnumMemberName("f32")]
    F32,

    /// <summary>bfloat16, 2 bytes, rounded to nearest even.</summary>
    [JsonStringEnumMemberName("bf16")]
    BF16,
}
