using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;

namespace Tributary.Federation.Ledger;

/// <summary>The length of a body before it is known which part of its tensors is selected.</summary>
internal static class SelectionBounds
{
    /// <summary>The shortest, or the longest, that such a body can be, with a density of the client's own where it has one.</summary>
    public static MessageLength Of(MessageBody body, Encoding encoding, double? density, bool least)
    {
        var dtype = EncodingRules.DType(encoding);
        return EncodingRules.SelectionOf(encoding) switch
        {
            null => MessageFile.LengthOf(body, dtype),
            Selection.Largest largest => EntryBounds.Of(body, density ?? largest.Density, dtype, least),
            Selection.TopMass mass => OfBlocks(body, new TopMassRule(mass), EncodingRules.BytesPerValue(encoding), dtype, least),
            var other => throw new ArgumentException($"unknown selection {other}"),
        };
    }

    private static MessageLength OfBlocks(MessageBody body, TopMassRule rule, int bytesPerValue, string dtype, bool least)
    {
        var tensors = body.Section(MessageBody.Parameters);
        if (!least)
        {
            return MessageFile.LengthOf(body with { Parts = rule.All(tensors) }, dtype);
        }

        var (parts, values) = rule.Fewest(tensors);
        return MessageFile.LengthOf(body with { Parts = parts }, dtype) + new MessageLength(bytesPerValue * values, bytesPerValue * values);
    }
}
