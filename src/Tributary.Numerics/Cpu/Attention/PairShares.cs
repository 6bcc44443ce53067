using Tributary.Numerics.Cpu.Lanes;

namespace Tributary.Numerics.Cpu.Attention;

/// <summary>
/// Cuts (head, segment) items, heads outermost, into parts of nearly as many query–key pairs, so that a thread with a long sequence gets fewer of the short ones. What an item
/// gives does not depend on its part.
/// </summary>
internal readonly unsafe struct PairShares(Segment* segments, int segmentCount, int heads, long pairsOfHead, int parts) : IShares
{
    public int Begin(int part)
    {
        var wanted = (Int128)pairsOfHead * heads * part / parts;
        if (part == parts || pairsOfHead == 0)
        {
            return part == parts ? heads * segmentCount : 0;
        }

        var head = (int)(wanted / pairsOfHead);
        var left = (long)(wanted - ((Int128)head * pairsOfHead));
        var segment = 0;
        for (; segment < segmentCount && left > 0; segment++)
        {
            var pairs = Pairs(segments[segment]);
            if (2 * left < pairs)
            {
                break;
            }

            left -= pairs;
        }

        return (head * segmentCount) + segment;
    }

    /// <summary>Query–key pairs of a segment, in sight or not.</summary>
    public static long Pairs(Segment segment) => (long)segment.QueryCount * segment.KeyCount;
}
