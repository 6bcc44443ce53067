using System.Security.Cryptography;
using System.Text;
using Tributary.Federation.Messages;
using Tributary.Learning.Safetensors;
using Tributary.Numerics;

namespace Tributary.Federation.State;

/// <summary>
/// A body that is kept for later, with the hash of the whole file in it: one byte changed on the disk, and it is not taken for what was written. The hash is a text of the
/// body, and is that of the file with zeros in its place.
/// </summary>
public static class SealedFile
{
    private const string Seal = "sha256";
    private static readonly string Unsealed = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Writes a body, whole or not at all.</summary>
    /// <exception cref="RunException">The disk is full or not writable.</exception>
    public static void Write(string path, MessageBody body)
    {
        using var hash = new HashingStream();
        MessageWriter.Prepare(body.WithText(Seal, Unsealed), DTypes.F32).Writer.WriteTo(hash);
        MessageFile.Write(path, body.WithText(Seal, hash.Hash()));
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static MessageBody Read(string path, MessageSchema schema)
    {
        Require(path);
        var body = MessageFile.Read(path, schema);
        return body with { Texts = new SortedDictionary<string, string>(body.Texts.Where(text => text.Key != Seal).ToDictionary(), StringComparer.Ordinal) };
    }

    private static void Require(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var name = MessageNames.Text + Seal;
        if (!file.Contains(name) || file.ReadText(name) is var seal && seal != HashOf(path, file.Entry(name)))
        {
            throw new InputException($"{path} is not as it was written: a byte of it has changed since");
        }
    }

    private static string HashOf(string path, TensorEntry seal)
    {
        using var stream = File.OpenRead(path);
        using var hash = new HashingStream();
        CopyTo(hash, stream, seal.Offset);
        hash.Write(Encoding.ASCII.GetBytes(Unsealed));
        stream.Position = seal.Offset + seal.ByteLength;
        stream.CopyTo(hash);
        return hash.Hash();
    }

    private static void CopyTo(Stream target, Stream source, long count)
    {
        var buffer = new byte[1 << 16];
        while (count > 0)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, count));
            source.ReadExactly(piece);
            target.Write(piece);
            count -= piece.Length;
        }
    }

    /// <summary>Takes bytes for their hash alone.</summary>
    private sealed class HashingStream : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public string Hash() => Convert.ToHexStringLower(hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer) => hash.AppendData(buffer);

        public override void Write(byte[] buffer, int offset, int count) => hash.AppendData(buffer, offset, count);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
