using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Ledger;

/// <summary>
/// The length of a body that holds some rank slots of LoRA modules, without knowing which: shortest when the modules with the smallest slots send all of theirs and the others
/// nothing, longest when every module sends one and the largest slots travel, but for the digits of sizes in the header.
/// </summary>
internal static class SlotBounds
{
    private const int Digits = 16;

    /// <summary>The shortest, or the longest, that such a body can be.</summary>
    public static MessageLength Of(MessageBody body, IReadOnlyList<LoraPair> pairs, ParameterSet model, int perModule, string dtype, bool least)
    {
        var set = body.Section(MessageBody.Parameters);
        var sizes = pairs.ToDictionary(pair => pair, pair => Size(pair, set));
        var left = perModule * pairs.Count;
        var counts = new Dictionary<LoraPair, int>();
        foreach (var pair in least ? pairs.OrderBy(pair => sizes[pair]) : pairs.OrderByDescending(pair => sizes[pair]))
        {
            // Where all send, the modules behind keep a slot each.
            var others = least ? 0 : pairs.Count - counts.Count - 1;
            counts[pair] = Math.Clamp(left - others, 0, model[pair.A].Shape[0]);
            left -= counts[pair];
        }

        var parts = pairs.SelectMany(pair => SlotSelection.Parts(pair, model, Enumerable.Range(0, counts[pair]))).ToDictionary();
        var sent = set.Where(key => !parts.TryGetValue(key, out var part) || part.Marks.Count > 0);
        var exact = MessageFile.LengthOf(body.WithSection(MessageBody.Parameters, sent) with { Parts = parts.Where(part => sent.TryGet(part.Key, out _)).ToDictionary() }, dtype);
        if (least)
        {
            return new(exact.Bytes - (set.Count * Digits), exact.ValueBytes);
        }

        // Slots that every module sends may be smaller than the largest that are left.
        var largest = pairs.SelectMany(pair => Enumerable.Repeat(sizes[pair], model[pair.A].Shape[0])).OrderDescending().Take(perModule * pairs.Count).Sum();
        var more = sizeof(float) * (largest - pairs.Sum(pair => counts[pair] * sizes[pair]));
        return new(exact.Bytes + more + (set.Count * Digits), exact.ValueBytes + more);
    }

    private static long Size(LoraPair pair, ParameterSet set) => (set.TryGet(pair.A, out var a) ? a.Shape[1] : 0) + (set.TryGet(pair.B, out var b) ? b.Shape[0] : 0);
}
