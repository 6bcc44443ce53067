using System.Buffers.Binary;
using System.Text;

namespace Tributary.Learning.Tests.Tokenizers;

/// <summary>Writes the bytes of a SentencePiece model field by field.</summary>
internal sealed class TinySentencePiece
{
    public const int Unigram = 1;
    public const int Bpe = 2;
    public const int Normal = 1;
    public const int Unknown = 2;
    public const int Control = 3;
    public const int UserDefined = 4;
    public const int Unused = 5;
    public const int Byte = 6;

    private readonly List<byte> bytes = [];

    public static TinySentencePiece Of(int type, bool byteFallback = false, bool addDummyPrefix = true, bool removeExtraSpaces = false)
    {
        var model = new TinySentencePiece()
            .Message(2, new TinySentencePiece().Number(3, type).Number(35, byteFallback ? 1 : 0))
            .Message(3, new TinySentencePiece().Number(3, addDummyPrefix ? 1 : 0).Number(4, removeExtraSpaces ? 1 : 0))
            .Piece("<unk>", 0, Unknown).Piece("<s>", 0, Control).Piece("</s>", 0, Control);
        for (var b = 0; byteFallback && b < 256; b++)
        {
            model.Piece($"<0x{b:X2}>", 0, Byte);
        }

        return model;
    }

    public TinySentencePiece Piece(string text, float score, int type = Normal) =>
        Message(1, new TinySentencePiece().Text(1, text).Single(2, score).Number(3, type));

    public TinySentencePiece Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public TinySentencePiece Text(int field, string text) => Raw(field, Encoding.UTF8.GetBytes(text));

    public TinySentencePiece Raw(int field, byte[] value, ulong? claimed = null)
    {
        Varint(((ulong)field << 3) | 2);
        Varint(claimed ?? (ulong)value.Length);
        bytes.AddRange(value);
        return this;
    }

    public TinySentencePiece Message(int field, TinySentencePiece inner) => Raw(field, [.. inner.bytes]);

    public byte[] Build() => [.. bytes];

    private TinySentencePiece Single(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        var four = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.AddRange(four);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
