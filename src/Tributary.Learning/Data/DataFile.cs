using Tributary.Learning.Data.Formats;
using Tributary.Numerics;

namespace Tributary.Learning.Data;

/// <summary>Reads one data file: a JSON array, JSON lines, CSV, TSV or plain text, by its extension and first character.</summary>
public static class DataFile
{
    /// <summary>All rows of a file, in order; at least one.</summary>
    /// <exception cref="InputException">The file cannot be read, is empty, or a row is not what the format says: the message names file, line and field.</exception>
    public static IReadOnlyList<Example> Read(string path, DataFormat format, DataColumns? columns = null)
    {
        var bytes = Utf8File.Read(path);
        var extension = Path.GetExtension(path).ToLowerInvariant();
        var named = columns ?? new();
        var examples = extension switch
        {
            ".csv" => FromRecords(TableRows.Read(bytes.Span, path, (byte)',', named), format, path),
            ".tsv" => FromRecords(TableRows.Read(bytes.Span, path, (byte)'\t', named), format, path),
            ".json" or ".jsonl" or ".ndjson" => FromJson(bytes.Span, format, path, named),
            ".conll" or ".bio" or ".iob" => TaggedLines.Read(bytes.Span, path, named),
            _ when format == DataFormat.Tokens && !JsonRecords.LooksLikeJson(bytes.Span) => TaggedLines.Read(bytes.Span, path, named),
            _ when format is DataFormat.Text or DataFormat.Auto && !JsonRecords.LooksLikeJson(bytes.Span) => PlainText.Paragraphs(bytes.Span, path),
            _ => FromJson(bytes.Span, format, path, named),
        };
        return examples.Count > 0 ? examples : throw new InputException($"{path}: no examples in it");
    }

    private static List<Example> FromRecords(IReadOnlyList<IDataRecord> records, DataFormat format, string path)
    {
        if (records.Count == 0)
        {
            return [];
        }

        var known = format == DataFormat.Auto ? FormatDetection.Of(records[0], path) : format;
        var examples = new List<Example>(records.Count);
        foreach (var record in records)
        {
            examples.Add(RecordExamples.ToExample(record, known));
        }

        return examples;
    }

    private static List<Example> FromJson(ReadOnlySpan<byte> text, DataFormat format, string path, DataColumns columns)
    {
        if (columns == new DataColumns())
        {
            return FromRecords(JsonRecords.Read(text, path), format, path);
        }

        if (columns.Header is not null || format is not (DataFormat.Auto or DataFormat.Text or DataFormat.Classification or DataFormat.Tokens))
        {
            throw new InputException($"{path}: data.columns names texts and labels; the fields of format {DataFormats.Name(format)} in JSON have the names that they have, and no header");
        }

        return FromRecords([.. JsonRecords.Read(text, path).Select(record => new RenamedRecord(record, columns))], format, path);
    }
}
