using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Learning.FrozenLayers;

/// <summary>
/// Identifies what a number of frozen blocks give for one sequence: SHA-256 over all they read of it, its ids, token types and positions and which of its rows are seen.
/// Rows of a result depend on their own sequence alone, so whatever else is in the batch does not belong to it.
/// </summary>
internal readonly record struct SequenceKey(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The key of a sequence of a batch; <paramref name="room"/> is grown as needed and reused.</summary>
    public static SequenceKey Of(TokenRows rows, Segment segment, int blocks, ref int[] room)
    {
        var (start, count) = (segment.QueryStart, segment.QueryCount);
        var length = 3 + (3 * count);
        if (room.Length < length)
        {
            room = new int[2 * length];
        }

        (room[0], room[1], room[2]) = (blocks, segment.KeyStart - start, segment.KeyCount);
        rows.Ids.Slice(start, count).CopyTo(room.AsSpan(3));
        rows.Types.Slice(start, count).CopyTo(room.AsSpan(3 + count));
        rows.Positions.Slice(start, count).CopyTo(room.AsSpan(3 + (2 * count)));
        Span<ulong> hash = stackalloc ulong[4];
        SHA256.HashData(MemoryMarshal.AsBytes(room.AsSpan(0, length)), MemoryMarshal.AsBytes(hash));
        return new SequenceKey(hash[0], hash[1], hash[2], hash[3]);
    }
}
