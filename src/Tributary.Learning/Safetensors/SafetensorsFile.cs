using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tributary.Numerics;

namespace Tributary.Learning.Safetensors;

/// <summary>
/// A safetensors file (https://github.com/huggingface/safetensors#format), read in place: what was read is held once, by the reader. The header is checked whole when opening, so that reading can only fail for a name or type that is not there. Reads may run side by side; none may outlive
/// <see cref="Dispose"/>.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly Dictionary<string, TensorEntry> _byName;
    private readonly SafeFileHandle _file;

    private SafetensorsFile(string path, SafeFileHandle file, SafetensorsHeader header)
    {
        Path = path;
        Entries = header.Entries;
        Metadata = header.Metadata;
        _file = file;
        _byName = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file, as it was named when opening.</summary>
    public string Path { get; }

    /// <summary>All tensors, in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="InputException">The file is missing, truncated or lies about its content.</exception>
    public static SafetensorsFile Open(string path)
    {
        var (file, length) = OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, file, ReadHeader(file, length, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file holds a tensor of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The entry of a tensor.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public TensorEntry Entry(string name) =>
        _byName.TryGetValue(name, out var entry) ? entry : throw new InputException($"{Path}: no tensor '{name}' (the file has {Entries.Count} tensors)");

    /// <summary>The values of an F32, F16, BF16 or F64 tensor as single precision.</summary>
    public float[] ReadFloats(string name)
    {
        var values = new float[ArrayLength(Entry(name))];
        Read(name, values);
        return values;
    }

    /// <summary>Reads a whole floating-point tensor into <paramref name="destination"/>, which has exactly its number of elements.</summary>
    public void Read(string name, Span<float> destination)
    {
        if (Entry(name).Count != destination.Length)
        {
            throw new ArgumentException($"'{name}' has {Entry(name).Count} elements, the destination {destination.Length}", nameof(destination));
        }

        Read(name, 0, destination);
    }

    /// <summary>Reads elements <paramref name="start"/> … of a floating-point tensor, as many as <paramref name="destination"/> holds.</summary>
    public void Read(string name, long start, Span<float> destination)
    {
        const int chunk = 1 << 16; // what is converted passes through a buffer that stays in cache
        var entry = Entry(name);
        if (!ElementReader.IsFloat(entry.DType))
        {
            throw WrongType(entry, "a floating-point type");
        }

        var size = DTypes.SizeOf(entry.DType);
        var buffer = entry.DType == DTypes.F32 ? [] : ArrayPool<byte>.Shared.Rent(size * Math.Min(chunk, destination.Length));
        for (var done = 0; done < destination.Length; done += chunk)
        {
            var part = destination.Slice(done, Math.Min(chunk, destination.Length - done));
            var bytes = entry.DType == DTypes.F32 ? MemoryMarshal.AsBytes(part) : buffer.AsSpan(0, size * part.Length);
            ReadAt(entry, start + done, part.Length, bytes);
            if (entry.DType != DTypes.F32)
            {
                ElementReader.ToSingle(entry.DType, bytes, part);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The values of a floating-point or integer tensor (F64, F32, F16, BF16, I64, I32, U8) as double precision.</summary>
    public double[] ReadDoubles(string name)
    {
        var entry = Entry(name);
        var values = new double[ArrayLength(entry)];
        return ElementReader.TryToDouble(entry.DType, ReadAll(entry), values) ? values : throw WrongType(entry, "a number type");
    }

    /// <summary>The values of an I64, I32 or U8 tensor.</summary>
    public long[] ReadIntegers(string name)
    {
        var entry = Entry(name);
        var values = new long[ArrayLength(entry)];
        return ElementReader.TryToInt64(entry.DType, ReadAll(entry), values) ? values : throw WrongType(entry, "I64, I32 or U8");
    }

    /// <summary>The little-endian bytes of a tensor of any type.</summary>
    public byte[] ReadBytes(string name) => ReadAll(Entry(name));

    /// <summary>The text that a U8 tensor holds as UTF-8.</summary>
    public string ReadText(string name)
    {
        var entry = Entry(name);
        if (entry.DType != DTypes.U8)
        {
            throw WrongType(entry, DTypes.U8);
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(ReadAll(entry));
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException($"{Path}: tensor '{name}' is not UTF-8 text", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static (SafeFileHandle File, long Length) OpenHandle(string path)
    {
        try
        {
            // Asked before opening, which would wait for ever for the other end of a pipe.
            var length = FileLength.Of(path);
            if (length < SafetensorsHeader.PrefixLength)
            {
                throw new InputException($"{path}: {length} bytes cannot be a safetensors file; it is truncated, fetch it again");
            }

            return (File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"cannot open {path}: {error.Message}", error);
        }
    }

    private static SafetensorsHeader ReadHeader(SafeFileHandle file, long length, string path)
    {
        var prefix = new byte[SafetensorsHeader.PrefixLength];
        Fill(file, prefix, 0, path);
        var text = new byte[SafetensorsHeader.LengthOf(prefix, length, path)];
        Fill(file, text, prefix.Length, path);
        return SafetensorsHeader.Parse(text, length, path);
    }

    private static void Fill(SafeFileHandle file, Span<byte> destination, long offset, string path)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(file, destination, offset);
            if (count == 0)
            {
                throw new InputException($"{path} became shorter while it was read; fetch it again");
            }

            destination = destination[count..];
            offset += count;
        }
    }

    private byte[] ReadAll(TensorEntry entry)
    {
        var bytes = new byte[ArrayLength(entry) * DTypes.SizeOf(entry.DType)];
        ReadAt(entry, 0, (int)entry.Count, bytes);
        return bytes;
    }

    private void ReadAt(TensorEntry entry, long start, int count, Span<byte> destination)
    {
        if (start < 0 || start > entry.Count - count)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"'{entry.Name}' has {entry.Count} elements, {count} were asked for");
        }

        Fill(_file, destination, entry.Offset + (start * DTypes.SizeOf(entry.DType)), Path);
    }

    private int ArrayLength(TensorEntry entry) => entry.ByteLength <= Array.MaxLength
        ? (int)entry.Count
        : throw new InputException($"{Path}: tensor '{entry.Name}' has {entry.ByteLength} bytes, too many to read in one piece");

    private InputException WrongType(TensorEntry entry, string expected) => new($"{Path}: tensor '{entry.Name}' is {entry.DType}, expected {expected}");
}
