using System.Buffers.Binary;
using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Safetensors;

/// <summary>The checked header of a safetensors file: every entry lies inside the file, and together they cover its data exactly once.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Bytes before the header text: its length.</summary>
    public const int PrefixLength = 8;

    /// <summary>The limit of the reference implementation; a longer header is a lie or an attack.</summary>
    public const long MaxLength = 100_000_000;

    private const string MetadataKey = "__metadata__";
    private const int MaxRank = 64;

    /// <summary>The length of the header text that a prefix announces.</summary>
    public static int LengthOf(ReadOnlySpan<byte> prefix, long fileLength, string path)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxLength)
        {
            throw new InputException($"{path}: the header claims {length} bytes, the format allows {MaxLength}; this is not a safetensors file or it is damaged");
        }

        if ((long)length > fileLength - PrefixLength)
        {
            throw new InputException($"{path}: the header claims {length} bytes but the file has {fileLength}; it is truncated, fetch it again");
        }

        return (int)length;
    }

    /// <summary>Reads and checks the header text of a file of <paramref name="fileLength"/> bytes.</summary>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> text, long fileLength, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{path}: the header is not a JSON object");
            }

            return ParseRoot(document.RootElement, PrefixLength + text.Length, fileLength, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is what the reader throws for names that are not UTF-8.
            throw new InputException($"{path}: the header is not valid JSON: {OneLine(error.Message)}", error);
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static SafetensorsHeader ParseRoot(JsonElement root, long dataStart, long fileLength, string path)
    {
        var entries = new List<TensorEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw new InputException($"{path}: the name '{property.Name}' stands twice in the header");
            }

            if (property.Name == MetadataKey)
            {
                ReadMetadata(property.Value, metadata, path);
            }
            else
            {
                entries.Add(ReadEntry(property.Name, property.Value, dataStart, fileLength, path));
            }
        }

        // A stable sort keeps empty tensors, which share an offset, in header order.
        var ordered = entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength).ToArray();
        RequireCover(ordered, dataStart, fileLength, path);
        return new SafetensorsHeader(ordered, metadata);
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"{path}: {MetadataKey} is not an object of texts");
        }

        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                throw new InputException($"{path}: {MetadataKey}.{property.Name} is not a text");
            }

            metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private static TensorEntry ReadEntry(string name, JsonElement element, long dataStart, long fileLength, string path)
    {
        InputException Bad(string what) => new($"{path}: tensor '{name}': {what}");

        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad("its header entry is not an object");
        }

        if (!element.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String)
        {
            throw Bad("no dtype");
        }

        var dtype = type.GetString()!;
        if (DTypes.SizeOf(dtype) == 0)
        {
            throw Bad($"unknown dtype '{dtype}'");
        }

        if (!element.TryGetProperty("shape", out var dimensions) || dimensions.ValueKind != JsonValueKind.Array)
        {
            throw Bad("no shape");
        }

        if (dimensions.GetArrayLength() > MaxRank)
        {
            throw Bad($"{dimensions.GetArrayLength()} dimensions, more than {MaxRank}");
        }

        var shape = new int[dimensions.GetArrayLength()];
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (dimensions[axis].ValueKind != JsonValueKind.Number || !dimensions[axis].TryGetInt32(out shape[axis]) || shape[axis] < 0)
            {
                throw Bad($"dimension {axis} is not an integer from 0 to {int.MaxValue}");
            }
        }

        if (!element.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2
            || offsets[0].ValueKind != JsonValueKind.Number || offsets[1].ValueKind != JsonValueKind.Number
            || !offsets[0].TryGetInt64(out var begin) || !offsets[1].TryGetInt64(out var end))
        {
            throw Bad("data_offsets is not a pair of integers");
        }

        if (begin < 0 || end < begin || end > fileLength - dataStart)
        {
            throw Bad($"data_offsets [{begin}, {end}] lie outside the {fileLength - dataStart} bytes of data; the file is truncated or damaged");
        }

        if (ByteLength(shape, DTypes.SizeOf(dtype)) is not { } bytes)
        {
            throw Bad($"the product of shape [{string.Join(", ", shape)}] overflows");
        }

        return bytes == end - begin
            ? new TensorEntry(name, dtype, shape, dataStart + begin, bytes)
            : throw Bad($"shape [{string.Join(", ", shape)}] of {dtype} needs {bytes} bytes, data_offsets give {end - begin}");
    }

    private static long? ByteLength(int[] shape, int elementSize)
    {
        if (Array.IndexOf(shape, 0) >= 0)
        {
            return 0;
        }

        Int128 bytes = elementSize;
        foreach (var dimension in shape)
        {
            bytes *= dimension;
            if (bytes > long.MaxValue)
            {
                return null;
            }
        }

        return (long)bytes;
    }

    private static void RequireCover(TensorEntry[] ordered, long dataStart, long fileLength, string path)
    {
        var position = dataStart;
        foreach (var entry in ordered)
        {
            if (entry.Offset != position)
            {
                var what = entry.Offset < position ? "overlaps the tensor before it" : $"leaves a hole of {entry.Offset - position} bytes before it";
                throw new InputException($"{path}: tensor '{entry.Name}' {what}");
            }

            position += entry.ByteLength;
        }

        if (position != fileLength)
        {
            throw new InputException($"{path}: {fileLength - position} bytes after the last tensor belong to none");
        }
    }
}
