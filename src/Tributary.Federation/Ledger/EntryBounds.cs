using Tributary.Federation.Messages;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>
/// The length of a body of which a share of the entries travels, without knowing which. Marks are shortest when the largest tensors are filled first and longest when every
/// tensor has its share, but for the digits of sizes in the header and less than a number per tensor.
/// </summary>
internal static class EntryBounds
{
    private const int Digits = 16;

    /// <summary>The shortest, or the longest, that such a body can be.</summary>
    public static MessageLength Of(MessageBody body, double density, string dtype, bool least)
    {
        if (density == 1)
        {
            return MessageFile.LengthOf(body, dtype);
        }

        var set = body.Section(MessageBody.Parameters);
        var left = LargestEntries.Count(set.Elements, density);
        var parts = new Dictionary<TensorKey, TensorPart>();
        foreach (var tensor in set.OrderByDescending(tensor => tensor.Values.Length))
        {
            var length = tensor.Values.Length;
            var count = least ? Math.Min(left, length) : Math.Min(left, (int)Math.Ceiling(density * length));
            parts[tensor.Key] = TensorPart.Entries(tensor.Shape, Marks.First(length, count));
            left -= count;
        }

        // A tensor none of whose entries travels is left out, which shortens the header.
        var sent = body.WithSection(MessageBody.Parameters, new ParameterSet(set.Where(tensor => !least || parts[tensor.Key].Marks.Count > 0))) with { Parts = parts };
        var (exact, margin) = (MessageFile.LengthOf(sent, dtype), set.Count * Digits);
        return least ? new(exact.Bytes - margin, exact.ValueBytes - margin) : new(exact.Bytes + margin, exact.ValueBytes + margin);
    }
}
