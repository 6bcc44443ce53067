using System.Buffers;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>Says which neighbours may merge.</summary>
internal interface IPairRule
{
    /// <summary>Rank (lower merges first) and token of the merge of two neighbours.</summary>
    bool TryMerge(in Symbol left, in Symbol right, out int rank, out int merged);
}

/// <summary>
/// Merges the lowest-ranked pair, leftmost first, until none is left (Sennrich et al., arXiv:1508.07909). A heap of (rank, position) over a linked list:
/// O(n log n), so that a long text without a single break does not stall.
/// </summary>
internal static class PairMerger
{
    /// <summary>Merges in place. The survivors are linked from index 0, which always survives.</summary>
    public static void Merge<TRule>(Span<Symbol> symbols, TRule rule)
        where TRule : IPairRule, allows ref struct
    {
        // Every merge takes one symbol away and offers at most two new pairs.
        var heap = ArrayPool<long>.Shared.Rent(checked(3 * symbols.Length));
        var count = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            symbols[i].Previous = i - 1;
            symbols[i].Next = i + 1 < symbols.Length ? i + 1 : -1;
        }

        for (var i = 0; i < symbols.Length; i++)
        {
            Offer(symbols, i, rule, heap, ref count);
        }

        while (count > 0)
        {
            var top = Pop(heap, ref count);
            var at = (int)(uint)top;
            ref var left = ref symbols[at];
            if (left.Rank != (int)(top >> 32))
            {
                continue; // a neighbour has changed since this pair was offered
            }

            ref var right = ref symbols[left.Next];
            left.Length += right.Length;
            left.Id = left.Merged;
            left.Next = right.Next;
            right.Rank = -1;
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = at;
            }

            Offer(symbols, at, rule, heap, ref count);
            if (left.Previous >= 0)
            {
                Offer(symbols, left.Previous, rule, heap, ref count);
            }
        }

        ArrayPool<long>.Shared.Return(heap);
    }

    private static void Offer<TRule>(Span<Symbol> symbols, int at, TRule rule, long[] heap, ref int count)
        where TRule : IPairRule, allows ref struct
    {
        ref var left = ref symbols[at];
        left.Rank = -1;
        if (left.Next >= 0 && rule.TryMerge(left, symbols[left.Next], out var rank, out var merged))
        {
            (left.Rank, left.Merged) = (rank, merged);
            Push(heap, ref count, ((long)rank << 32) | (uint)at);
        }
    }

    private static void Push(long[] heap, ref int count, long key)
    {
        var at = count++;
        while (at > 0 && heap[(at - 1) / 2] > key)
        {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        heap[at] = key;
    }

    private static long Pop(long[] heap, ref int count)
    {
        var top = heap[0];
        var last = heap[--count];
        var at = 0;
        while ((2 * at) + 1 < count)
        {
            var child = (2 * at) + 1;
            if (child + 1 < count && heap[child + 1] < heap[child])
            {
                child++;
            }

            if (heap[child] >= last)
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = last;
        return top;
    }
}
