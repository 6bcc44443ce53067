using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Tributary.Numerics;

namespace Tributary.Learning.Gguf;

/// <summary>
/// Writes GGUF files of version 3 (the format's specification: docs/gguf.md of the ggml project): metadata, then the list of tensors, then their data, each at a multiple of
/// 32 bytes. Little-endian; tensors are F32.
/// </summary>
public sealed class GgufWriter
{
    private const int Alignment = 32;
    private const uint Version = 3;
    private const int LongestTensorName = 64;
    private const uint F32 = 0;

    private readonly List<(string Key, uint Type, byte[] Value)> metadata = [];
    private readonly List<(string Name, int[] Shape, ReadOnlyMemory<float> Values)> tensors = [];

    /// <summary>Adds a text to the metadata.</summary>
    public GgufWriter Add(string key, string value) => Add(key, 8, Text(value));

    /// <summary>Adds a whole number to the metadata.</summary>
    public GgufWriter Add(string key, uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Add(key, 4, bytes);
    }

    /// <summary>Adds a number to the metadata.</summary>
    public GgufWriter Add(string key, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Add(key, 6, bytes);
    }

    /// <summary>Adds a tensor; its shape is that of row-major values, outermost first.</summary>
    /// <exception cref="ArgumentException">The name is longer than the format allows, or shape and values disagree.</exception>
    public GgufWriter Add(string name, int[] shape, ReadOnlyMemory<float> values)
    {
        if (Encoding.UTF8.GetByteCount(name) > LongestTensorName || Tensors.HostTensor.Count(shape) != values.Length)
        {
            throw new ArgumentException($"tensor {name} of [{string.Join(", ", shape)}] with {values.Length} values does not fit the format", nameof(name));
        }

        tensors.Add((name, shape, values));
        return this;
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        var head = Head();
        stream.Write(head);
        Pad(stream, head.Length);
        foreach (var (_, _, values) in tensors)
        {
            Write(stream, values.Span);
            Pad(stream, (long)values.Length * sizeof(float));
        }
    });

    private GgufWriter Add(string key, uint type, byte[] value)
    {
        metadata.Add((key, type, value));
        return this;
    }

    private byte[] Head()
    {
        using var head = new MemoryStream();
        using var writer = new BinaryWriter(head, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, type, value) in metadata)
        {
            writer.Write(Text(key));
            writer.Write(type);
            writer.Write(value);
        }

        var offset = 0UL;
        foreach (var (name, shape, values) in tensors)
        {
            writer.Write(Text(name));
            writer.Write((uint)shape.Length);
            foreach (var size in shape.Reverse())
            {
                writer.Write((ulong)size);
            }

            writer.Write(F32);
            writer.Write(offset);
            offset += (ulong)Padded((long)values.Length * sizeof(float));
        }

        writer.Flush();
        return head.ToArray();
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var result = new byte[sizeof(ulong) + bytes.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(result, (ulong)bytes.Length);
        bytes.CopyTo(result, sizeof(ulong));
        return result;
    }

    private static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream, long length)
    {
        Span<byte> zeros = stackalloc byte[Alignment];
        zeros.Clear();
        stream.Write(zeros[..(int)(Padded(length) - length)]);
    }
}
