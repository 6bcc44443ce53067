using Tributary.Federation.Messages;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>What each <see cref="Encoding"/> does, in one place.</summary>
public static class EncodingRules
{
    /// <summary>True when the receiver gets differences from what the sender had received.</summary>
    public static bool IsDelta(Encoding encoding) => encoding is Encoding.Deltas;

    /// <summary>The element type of tensors in the message.</summary>
    public static string DType(Encoding encoding) => Number(encoding) == NumberFormat.BF16 ? DTypes.BF16 : DTypes.F32;

    /// <summary>The tensors to send, given those held now and those received before.</summary>
    public static ParameterSet Payload(Encoding encoding, ParameterSet now, ParameterSet received) => encoding switch
    {
        Encoding.Values => now,
        Encoding.Deltas => now.Minus(received),
        _ => throw new ArgumentException($"unknown encoding {encoding}"),
    };

    /// <summary>Share of the entries that travel.</summary>
    public static double Density(Encoding encoding) => encoding switch
    {
        Encoding.Values values => values.Density,
        Encoding.Deltas deltas => deltas.Density,
        _ => throw new ArgumentException($"unknown encoding {encoding}"),
    };

    /// <summary>Which entries of what is to be sent travel; a tensor that is not named travels whole.</summary>
    public static IReadOnlyDictionary<TensorKey, TensorPart> PartsOf(Encoding encoding, ParameterSet payload) =>
        Density(encoding) is var density and < 1 ? LargestEntries.Of(payload, density) : new Dictionary<TensorKey, TensorPart>();

    private static NumberFormat Number(Encoding encoding) => encoding switch
    {
        Encoding.Values values => values.Number,
        Encoding.Deltas deltas => deltas.Number,
        _ => throw new ArgumentException($"unknown encoding {encoding}"),
    };
}
