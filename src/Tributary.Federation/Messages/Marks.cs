using System.Numerics;
using Tributary.Numerics;

namespace Tributary.Federation.Messages;

/// <summary>Which of a number of places are marked, as a bitmap of ⌈length / 8⌉ bytes, lowest bit first.</summary>
public sealed class Marks
{
    private const int BytesPerCount = 32;
    private readonly byte[] bits;
    private readonly int[] before;

    private Marks(int length, byte[] bits)
    {
        (Length, this.bits) = (length, bits);
        before = new int[(bits.Length / BytesPerCount) + 1];
        for (var i = 0; i < bits.Length; i++)
        {
            before[i / BytesPerCount] = i % BytesPerCount == 0 ? Count : before[i / BytesPerCount];
            Count += BitOperations.PopCount(bits[i]);
        }
    }

    /// <summary>Number of places.</summary>
    public int Length { get; }

    /// <summary>Number of marked places.</summary>
    public int Count { get; }

    /// <summary>The bitmap.</summary>
    public ReadOnlyMemory<byte> Bits => bits;

    /// <summary>The marked places, ascending.</summary>
    public IEnumerable<int> Indices => Enumerable.Range(0, Length).Where(Contains);

    /// <summary>Marks these places.</summary>
    /// <exception cref="InputException">There is no such place.</exception>
    public static Marks Of(int length, IEnumerable<int> marked)
    {
        var bits = new byte[((long)length + 7) / 8];
        foreach (var index in marked)
        {
            if (index < 0 || index >= length)
            {
                throw new InputException($"number {index} cannot be sent: the tensor has numbers 0 to {length - 1}");
            }

            bits[index / 8] |= (byte)(1 << (index % 8));
        }

        return new Marks(length, bits);
    }

    /// <summary>Marks the first <paramref name="count"/> places.</summary>
    public static Marks First(int length, int count) => Of(length, Enumerable.Range(0, count));

    /// <summary>Reads a bitmap.</summary>
    /// <returns>Null when it has another length, or bits behind the last place.</returns>
    public static Marks? Parse(int length, byte[] bits) =>
        bits.Length == ((long)length + 7) / 8 && (length % 8 == 0 || bits[^1] >> (length % 8) == 0) ? new Marks(length, bits) : null;

    /// <summary>Reads ascending places.</summary>
    /// <returns>Null when they are not ascending, or not all below <paramref name="length"/>.</returns>
    public static Marks? Parse(int length, ReadOnlySpan<uint> places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= length || (i > 0 && places[i] <= places[i - 1]))
            {
                return null;
            }
        }

        return Of(length, Array.ConvertAll(places.ToArray(), place => (int)place));
    }

    /// <summary>Whether a place is marked.</summary>
    public bool Contains(int index) => (bits[index / 8] >> (index % 8) & 1) == 1;

    /// <summary>How many places in front of this one are marked.</summary>
    public int CountBefore(int index)
    {
        var block = index / 8 / BytesPerCount;
        var count = before[block];
        for (var i = block * BytesPerCount; i < index / 8; i++)
        {
            count += BitOperations.PopCount(bits[i]);
        }

        return index % 8 == 0 ? count : count + BitOperations.PopCount((uint)(bits[index / 8] & ((1 << (index % 8)) - 1)));
    }
}
