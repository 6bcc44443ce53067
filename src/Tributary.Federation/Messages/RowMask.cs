using System.Numerics;
using Tributary.Numerics;

namespace Tributary.Federation.Messages;

/// <summary>Which rows of a tensor travel. On the wire a bitmap of ⌈rows / 8⌉ bytes, lowest bit first; the tensor then holds the rows sent, one after another.</summary>
public sealed class RowMask
{
    private readonly byte[] bits;

    private RowMask(int rows, byte[] bits)
    {
        (Rows, this.bits) = (rows, bits);
        Count = bits.Sum(b => BitOperations.PopCount(b));
    }

    /// <summary>Rows of the whole tensor.</summary>
    public int Rows { get; }

    /// <summary>Rows that travel.</summary>
    public int Count { get; }

    /// <summary>The bitmap.</summary>
    public ReadOnlyMemory<byte> Bits => bits;

    /// <summary>The mask of these rows.</summary>
    /// <exception cref="InputException">A row is not one of the tensor's.</exception>
    public static RowMask Of(int rows, IEnumerable<int> sent)
    {
        var bits = new byte[(rows + 7) / 8];
        foreach (var row in sent)
        {
            if (row < 0 || row >= rows)
            {
                throw new InputException($"row {row} cannot be sent: the tensor has rows 0 to {rows - 1}");
            }

            bits[row / 8] |= (byte)(1 << (row % 8));
        }

        return new RowMask(rows, bits);
    }

    /// <summary>Reads a bitmap.</summary>
    /// <returns>Null when it has another length, or bits behind the last row.</returns>
    public static RowMask? Parse(int rows, byte[] bits) =>
        bits.Length == (rows + 7) / 8 && (rows % 8 == 0 || bits[^1] >> (rows % 8) == 0) ? new RowMask(rows, bits) : null;

    /// <summary>Whether a row travels.</summary>
    public bool Contains(int row) => (bits[row / 8] >> (row % 8) & 1) == 1;

    /// <summary>How many rows in front of this one travel: its place among those sent.</summary>
    public int PlaceOf(int row)
    {
        var before = 0;
        for (var i = 0; i < row / 8; i++)
        {
            before += BitOperations.PopCount(bits[i]);
        }

        return before + BitOperations.PopCount((uint)(bits[row / 8] & ((1 << (row % 8)) - 1)));
    }

    /// <summary>The rows sent, from all of them.</summary>
    public float[] Pack(ReadOnlySpan<float> values)
    {
        var width = values.Length / Math.Max(1, Rows);
        var packed = new float[Count * width];
        for (int row = 0, at = 0; row < Rows; row++)
        {
            if (Contains(row))
            {
                values.Slice(row * width, width).CopyTo(packed.AsSpan(at++ * width));
            }
        }

        return packed;
    }

    /// <summary>All rows from those sent; the others are zero.</summary>
    public float[] Unpack(ReadOnlySpan<float> packed, int width)
    {
        var values = new float[Rows * width];
        for (int row = 0, at = 0; row < Rows; row++)
        {
            if (Contains(row))
            {
                packed.Slice(at++ * width, width).CopyTo(values.AsSpan(row * width));
            }
        }

        return values;
    }
}
