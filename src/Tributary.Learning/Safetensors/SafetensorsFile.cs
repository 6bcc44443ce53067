using System.IO.MemoryMappedFiles;
using System.Text;
using Tributary.Numerics;

namespace Tributary.Learning.Safetensors;

/// <summary>
/// A safetensors file (https://github.com/huggingface/safetensors#format), mapped into memory stretch by stretch while one is read: what was read is held once, by the
/// reader. The header is checked whole when opening, so that reading can only fail for a name or type that is not there. Reads may run side by side; none may outlive
/// <see cref="Dispose"/>.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly Dictionary<string, TensorEntry> _byName;
    private readonly MemoryMappedFile _file;

    private SafetensorsFile(string path, MemoryMappedFile file, SafetensorsHeader header)
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

    /// <summary>Maps a file and checks its header.</summary>
    /// <exception cref="InputException">The file is missing, truncated or lies about its content.</exception>
    public static SafetensorsFile Open(string path)
    {
        var (file, length) = Map(path);
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
        const int chunk = 1 << 20; // bounds the byte spans: a span counts bytes in 31 bits
        var entry = Entry(name);
        if (!ElementReader.IsFloat(entry.DType))
        {
            throw WrongType(entry, "a floating-point type");
        }

        for (var done = 0; done < destination.Length; done += chunk)
        {
            var part = destination.Slice(done, Math.Min(chunk, destination.Length - done));
            using var window = Map(entry, start + done, part.Length);
            ElementReader.ToSingle(entry.DType, window.Bytes, part);
        }
    }

    /// <summary>The values of a floating-point or integer tensor (F64, F32, F16, BF16, I64, I32, U8) as double precision.</summary>
    public double[] ReadDoubles(string name)
    {
        var entry = Entry(name);
        var values = new double[ArrayLength(entry)];
        using var window = Map(entry, 0, values.Length);
        return ElementReader.TryToDouble(entry.DType, window.Bytes, values) ? values : throw WrongType(entry, "a number type");
    }

    /// <summary>The values of an I64, I32 or U8 tensor.</summary>
    public long[] ReadIntegers(string name)
    {
        var entry = Entry(name);
        var values = new long[ArrayLength(entry)];
        using var window = Map(entry, 0, values.Length);
        return ElementReader.TryToInt64(entry.DType, window.Bytes, values) ? values : throw WrongType(entry, "I64, I32 or U8");
    }

    /// <summary>The little-endian bytes of a tensor of any type.</summary>
    public byte[] ReadBytes(string name)
    {
        var entry = Entry(name);
        using var window = Map(entry, 0, ArrayLength(entry));
        return window.Bytes.ToArray();
    }

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
            using var window = Map(entry, 0, ArrayLength(entry));
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(window.Bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException($"{Path}: tensor '{name}' is not UTF-8 text", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static (MemoryMappedFile File, long Length) Map(string path)
    {
        try
        {
            // Asked before opening, which would wait for ever for the other end of a pipe.
            var length = FileLength.Of(path);
            if (length < SafetensorsHeader.PrefixLength)
            {
                throw new InputException($"{path}: {length} bytes cannot be a safetensors file; it is truncated, fetch it again");
            }

            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return (MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false), length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"cannot open {path}: {error.Message}", error);
        }
    }

    private static SafetensorsHeader ReadHeader(MemoryMappedFile file, long length, string path)
    {
        using var prefix = new MappedWindow(file, 0, SafetensorsHeader.PrefixLength);
        using var text = new MappedWindow(file, SafetensorsHeader.PrefixLength, SafetensorsHeader.LengthOf(prefix.Bytes, length, path));
        return SafetensorsHeader.Parse(text.Bytes.ToArray(), length, path);
    }

    private MappedWindow Map(TensorEntry entry, long start, int count)
    {
        if (start < 0 || start > entry.Count - count)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"'{entry.Name}' has {entry.Count} elements, {count} were asked for");
        }

        var size = DTypes.SizeOf(entry.DType);
        return new MappedWindow(_file, entry.Offset + (start * size), checked(count * size));
    }

    private int ArrayLength(TensorEntry entry) => entry.ByteLength <= Array.MaxLength
        ? (int)entry.Count
        : throw new InputException($"{Path}: tensor '{entry.Name}' has {entry.ByteLength} bytes, too many to read in one piece");

    private InputException WrongType(TensorEntry entry, string expected) => new($"{Path}: tensor '{entry.Name}' is {entry.DType}, expected {expected}");
}
