using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Capacities;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Storage;

namespace Tributary.Federation.Parts.Codecs;

/// <summary>What each <see cref="Encoding"/> does, in one place.</summary>
public static class EncodingRules
{
    /// <summary>Section of a client's state: what its messages have not told yet.</summary>
    public const string ResidualSection = "residual";

    /// <summary>True when the receiver gets differences from what the sender had received.</summary>
    public static bool IsDelta(Encoding encoding) => encoding is Encoding.Deltas or Encoding.SeedScalars;

    /// <summary>The element type of tensors in the message.</summary>
    public static string DType(Encoding encoding) => Number(encoding) == NumberFormat.BF16 ? DTypes.BF16 : DTypes.F32;

    /// <summary>Bytes of one value in the message.</summary>
    public static int BytesPerValue(Encoding encoding) => Number(encoding) == NumberFormat.BF16 ? 2 : sizeof(float);

    /// <summary>Which part of the tensors travels; null is all.</summary>
    public static Selection? SelectionOf(Encoding encoding) => encoding switch
    {
        Encoding.Values values => values.Selection,
        Encoding.Deltas deltas => deltas.Selection,
        Encoding.SeedScalars => null,
        _ => throw new ArgumentException($"unknown encoding {encoding}"),
    };

    /// <summary>Sections of a client's state with a tensor for each that it sends, of that tensor's shape.</summary>
    public static IEnumerable<string> StateSections(Encoding encoding) => KeepsResidual(encoding) ? [ResidualSection] : [];

    /// <summary>A client's answer.</summary>
    internal static Encoded Encode(Upload upload)
    {
        var encoding = upload.Method.Codec.Up;
        var candidate = encoding switch
        {
            Encoding.Values => upload.Now,
            Encoding.Deltas => upload.Now.Minus(upload.Received),
            Encoding.SeedScalars => ParameterSet.Empty,
            _ => throw new ArgumentException($"unknown encoding {encoding}"),
        };
        candidate = KeepsResidual(encoding) ? candidate.Plus(upload.Kept.Section(ResidualSection)) : candidate;
        var (parts, state) = SelectionOf(encoding) is { } selection
            ? SelectionRules.Select(selection, candidate, upload)
            : (CapacityRules.PartsOf(upload.Method, upload.Client, upload.Holding, candidate), new SortedDictionary<string, ParameterSet>(StringComparer.Ordinal));
        if (KeepsResidual(encoding))
        {
            state[ResidualSection] = new ParameterSet(candidate.Select(tensor => Residual(tensor, parts.GetValueOrDefault(tensor.Key), Number(encoding))));
        }

        return new Encoded(candidate, parts, state);
    }

    private static bool KeepsResidual(Encoding encoding) => encoding is Encoding.Deltas { ErrorFeedback: true };

    // What is sent, as the receiver will read it, and what is left add up to the whole.
    private static HostTensor Residual(HostTensor whole, TensorPart? part, NumberFormat format)
    {
        var sent = part is null ? whole.Values : part.Unpack(part.Pack(whole.Values));
        var left = new float[sent.Length];
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = whole.Values[i] - (format == NumberFormat.BF16 ? BFloat16.Round(sent[i]) : sent[i]);
        }

        return whole with { Values = left };
    }

    private static NumberFormat Number(Encoding encoding) => encoding switch
    {
        Encoding.Values values => values.Number,
        Encoding.Deltas deltas => deltas.Number,
        Encoding.SeedScalars => NumberFormat.F32,
        _ => throw new ArgumentException($"unknown encoding {encoding}"),
    };
}
