using System.Buffers.Binary;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Reads the fields of one protocol-buffer message in place; every length is checked against what is there.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, string file, long offset)
{
    private readonly ReadOnlySpan<byte> message = message;
    private int at;
    private int wireType;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; its value has to be read or skipped before the next call.</summary>
    public bool Next()
    {
        if (at == message.Length)
        {
            return false;
        }

        var key = RawVarint();
        (Field, wireType) = ((int)Math.Min(key >> 3, int.MaxValue), (int)(key & 7));
        return Field > 0 ? true : throw Broken("a field has number 0");
    }

    /// <summary>The value of a field of whole numbers.</summary>
    public ulong Varint()
    {
        Expect(0);
        return RawVarint();
    }

    /// <summary>The value of a truth field.</summary>
    public bool Flag() => Varint() != 0;

    /// <summary>The value of a 32-bit float field.</summary>
    public float Single()
    {
        Expect(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    /// <summary>The value of a bytes or text field.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        return Take(RawVarint());
    }

    /// <summary>The message in the current field.</summary>
    public ProtobufReader Message()
    {
        var bytes = Bytes();
        return new ProtobufReader(bytes, file, offset + at - bytes.Length);
    }

    /// <summary>Passes over the current field.</summary>
    public void Skip()
    {
        switch (wireType)
        {
            case 0:
                RawVarint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Take(RawVarint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Broken($"wire type {wireType} does not exist in such files");
        }
    }

    /// <summary>The error that names file and byte.</summary>
    public readonly InputException Broken(string what) =>
        new($"{file}: byte {offset + at}: {what}; the file is damaged or no SentencePiece model: fetch it again");

    private readonly void Expect(int wanted)
    {
        if (wireType != wanted)
        {
            throw Broken($"field {Field} has wire type {wireType} in place of {wanted}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(message.Length - at))
        {
            throw Broken($"{length} bytes announced, {message.Length - at} left");
        }

        var taken = message.Slice(at, (int)length);
        at += (int)length;
        return taken;
    }

    private ulong RawVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Broken("a number is longer than ten bytes");
    }
}
