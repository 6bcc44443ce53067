using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tributary.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Learning.Safetensors;

/// <summary>
/// Writes a safetensors file: tensors in the order they were added, header padded with spaces to a multiple of 8, so that equal input gives
/// equal bytes. Values are not copied when added and must not change before writing.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int ChunkElements = 1 << 14;
    private const int SmallestPiece = 4096, LargestPiece = 1 << 20;
    private readonly List<Pending> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { "__metadata__" };
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private delegate void Body(Stream stream);

    /// <summary>Exact length in bytes of what <see cref="WriteTo"/> will write: header and tensor data.</summary>
    public long Length => Header().Length + ValueBytes;

    /// <summary>Bytes of tensor data alone.</summary>
    public long ValueBytes => _tensors.Sum(tensor => tensor.ByteLength);

    /// <summary>Adds a floating-point tensor stored as F32, F16, BF16 or F64, rounded to nearest even.</summary>
    public SafetensorsWriter Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values, string dtype = DTypes.F32) => dtype switch
    {
        DTypes.F32 => Append(name, dtype, shape, values.Length, stream => stream.WriteLittleEndian(values.Span)),
        DTypes.F16 => Append(name, dtype, shape, values.Length, stream => Convert<Half>(values, stream, TensorPrimitives.ConvertToHalf)),
        DTypes.BF16 => Append(name, dtype, shape, values.Length, stream => Convert<ushort>(values, stream, BFloat16.FromSingle)),
        DTypes.F64 => Append(name, dtype, shape, values.Length, stream => Convert<double>(values, stream, TensorPrimitives.ConvertTruncating)),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "singles are stored as F32, F16, BF16 or F64"),
    };

    /// <summary>Adds an F64 tensor.</summary>
    public SafetensorsWriter Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<double> values) =>
        Append(name, DTypes.F64, shape, values.Length, stream => stream.WriteLittleEndian(values.Span));

    /// <summary>Adds an I64 tensor.</summary>
    public SafetensorsWriter Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<long> values) =>
        Append(name, DTypes.I64, shape, values.Length, stream => stream.WriteLittleEndian(values.Span));

    /// <summary>Adds a U32 tensor.</summary>
    public SafetensorsWriter Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<uint> values) =>
        Append(name, DTypes.U32, shape, values.Length, stream => stream.WriteLittleEndian(values.Span));

    /// <summary>Adds a U8 tensor.</summary>
    public SafetensorsWriter Add(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> values) =>
        Append(name, DTypes.U8, shape, values.Length, stream => stream.Write(values.Span));

    /// <summary>Adds a text as a U8 vector of its UTF-8 bytes.</summary>
    public SafetensorsWriter AddText(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Add(name, [bytes.Length], bytes.AsMemory());
    }

    /// <summary>Sets a text under <c>__metadata__</c>; keys are written in ordinal order.</summary>
    public SafetensorsWriter WithMetadata(string key, string value)
    {
        _metadata[key] = value;
        return this;
    }

    /// <summary>Writes header and tensors.</summary>
    public void WriteTo(Stream stream)
    {
        stream.Write(Header());
        foreach (var tensor in _tensors)
        {
            tensor.Write(stream);
        }
    }

    /// <summary>Writes a file that is either whole or absent.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, WriteTo, (int)Math.Clamp(Length, SmallestPiece, LargestPiece));

    private static void Convert<T>(ReadOnlyMemory<float> values, Stream stream, Conversion<T> convert)
        where T : unmanaged
    {
        var buffer = new T[Math.Min(values.Length, ChunkElements)];
        for (var done = 0; done < values.Length; done += ChunkElements)
        {
            var part = values.Span.Slice(done, Math.Min(ChunkElements, values.Length - done));
            convert(part, buffer.AsSpan(0, part.Length));
            stream.WriteLittleEndian<T>(buffer.AsSpan(0, part.Length));
        }
    }

    private SafetensorsWriter Append(string name, string dtype, ReadOnlySpan<int> shape, int count, Body write)
    {
        long elements = 1;
        foreach (var dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            elements = checked(elements * dimension);
        }

        if (elements != count)
        {
            throw new ArgumentException($"'{name}' has {count} values, its shape [{string.Join(", ", shape.ToArray())}] asks for {elements}", nameof(shape));
        }

        if (!_names.Add(name))
        {
            throw new ArgumentException($"the name '{name}' is taken", nameof(name));
        }

        _tensors.Add(new Pending(name, dtype, shape.ToArray(), elements * DTypes.SizeOf(dtype), write));
        return this;
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[SafetensorsHeader.PrefixLength]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteHeader(json);
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var bytes = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - SafetensorsHeader.PrefixLength);
        return bytes;
    }

    private void WriteHeader(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_metadata.Count > 0)
        {
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in _metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        long offset = 0;
        foreach (var tensor in _tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.DType);
            json.WriteStartArray("shape");
            foreach (var dimension in tensor.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            offset += tensor.ByteLength;
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private delegate void Conversion<T>(ReadOnlySpan<float> source, Span<T> destination);

    private sealed record Pending(string Name, string DType, int[] Shape, long ByteLength, Body Write);
}
