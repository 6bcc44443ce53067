using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>Records of a JSON array or of JSON lines; the first character tells which.</summary>
internal static class JsonRecords
{
    /// <summary>Whether a text begins like a JSON array or object.</summary>
    public static bool LooksLikeJson(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8) is [(byte)'[' or (byte)'{', ..];

    /// <summary>All records, in order.</summary>
    public static IReadOnlyList<IDataRecord> Read(ReadOnlySpan<byte> text, string path) =>
        text.TrimStart(" \t\r\n"u8) is [(byte)'[', ..] ? ReadArray(text, path) : ReadLines(text, path);

    private static List<JsonRecord> ReadArray(ReadOnlySpan<byte> text, string path)
    {
        var records = new List<JsonRecord>();
        var (line, counted) = (1, 0);
        try
        {
            var reader = new Utf8JsonReader(text);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                line += text[counted..start].Count((byte)'\n');
                counted = start;
                var end = reader;
                end.Skip();
                RowSize.Require((int)end.BytesConsumed - start, path, line);
                records.Add(Record(JsonElement.ParseValue(ref reader), path, line, records.Count + 1));
            }

            reader.Read(); // refuses anything after the array
        }
        catch (JsonException error)
        {
            throw Broken(path, 1 + (error.LineNumber ?? 0), error);
        }

        return records;
    }

    private static List<JsonRecord> ReadLines(ReadOnlySpan<byte> text, string path)
    {
        var records = new List<JsonRecord>();
        var line = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            line++;
            var content = text[range].Trim(" \t\r"u8);
            if (content.IsEmpty)
            {
                continue;
            }

            RowSize.Require(content.Length, path, line);
            try
            {
                var reader = new Utf8JsonReader(content);
                var value = JsonElement.ParseValue(ref reader);
                reader.Read(); // refuses anything after the value
                records.Add(Record(value, path, line, records.Count + 1));
            }
            catch (JsonException error)
            {
                throw Broken(path, line, error);
            }
        }

        return records;
    }

    private static JsonRecord Record(JsonElement value, string path, int line, int number)
    {
        var where = $"{path} line {line} (record {number})";
        RequireUnicode(value, where);
        return value.ValueKind is JsonValueKind.Object or JsonValueKind.String
            ? new JsonRecord(where, value)
            : throw new InputException($"{where}: the record is {JsonRecord.KindOf(value)}, expected an object");
    }

    // The names of fields, at any depth: half a surrogate pair in one would fail wherever a field is looked up. Texts are checked where they are read.
    private static void RequireUnicode(JsonElement value, string where)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in value.EnumerateArray())
                {
                    RequireUnicode(item, where);
                }
            }
            else if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    RequireUnicode(property.Value, where);
                }
            }
        }
        catch (InvalidOperationException error)
        {
            throw new InputException($"{where}: the name of a field holds an escaped character that is not Unicode", error);
        }
    }

    private static InputException Broken(string path, long line, JsonException error)
    {
        var end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return new InputException($"{path}: broken JSON at line {line}: {(end < 0 ? error.Message : error.Message[..end]).ReplaceLineEndings(" ")}", error);
    }
}
