using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>
/// The compiled character rules of a SentencePiece model: a double-array trie (Aoe 1989, in the layout of darts-clone) from UTF-8 to places in a table
/// of zero-terminated replacements.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] units;
    private readonly byte[] replacements;
    private readonly string file;

    /// <summary>Splits the blob: length of the trie in bytes, trie, replacements.</summary>
    /// <exception cref="InputException">The lengths do not fit.</exception>
    public CharsMap(byte[] blob, string file)
    {
        this.file = file;
        var size = blob.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(blob) : 0;
        if (size == 0 || size % 4 != 0 || size > (uint)(blob.Length - 4))
        {
            throw Broken($"the trie claims {size} of {blob.Length} bytes");
        }

        units = MemoryMarshal.Cast<byte, uint>(blob.AsSpan(4, (int)size)).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(units, units);
        }

        replacements = blob[(4 + (int)size)..];
    }

    /// <summary>The longest rule that <paramref name="text"/> begins with: how many bytes it takes (0: no rule) and what it gives.</summary>
    public ReadOnlySpan<byte> Longest(ReadOnlySpan<byte> text, out int taken) => Find(text, shortest: false, out taken);

    /// <summary>What the shortest rule that <paramref name="text"/> begins with gives.</summary>
    public ReadOnlySpan<byte> First(ReadOnlySpan<byte> text, out bool found)
    {
        var replacement = Find(text, shortest: true, out var taken);
        found = taken > 0;
        return replacement;
    }

    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> text, bool shortest, out int taken)
    {
        taken = 0;
        uint place = 0;
        var node = Offset(units[0]);
        for (var i = 0; i < text.Length && !(shortest && taken > 0); i++)
        {
            node ^= text[i];
            var unit = At(node);
            if ((unit & 0x8000_00FF) != text[i])
            {
                break;
            }

            node ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
            {
                (place, taken) = (At(node) & 0x7FFF_FFFF, i + 1);
            }
        }

        return taken == 0 ? [] : Replacement(place);
    }

    private ReadOnlySpan<byte> Replacement(uint place)
    {
        var rest = place < replacements.Length ? replacements.AsSpan((int)place) : throw Broken($"a rule points to byte {place} of {replacements.Length}");
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? rest[..end] : throw Broken("the last replacement does not end");
    }

    private uint At(uint node) => node < units.Length ? units[node] : throw Broken($"the trie points to unit {node} of {units.Length}");

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);

    private InputException Broken(string what) => new($"{file}: character rules: {what}; the file is damaged: fetch it again");
}
