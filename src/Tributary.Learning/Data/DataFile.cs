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
        var examples = extension switch
        {
            ".csv" => FromRecords(TableRows.Read(bytes.Span, path, ',', columns ?? new()), format, path),
            ".tsv" => FromRecords(TableRows.Read(bytes.Span, path, '\t', columns ?? new()), format, path),
            ".json" or ".jsonl" or ".ndjson" => FromJson(bytes.Span, format, path, columns),
            _ when format is DataFormat.Text or DataFormat.Auto && !JsonRecords.LooksLikeJson(bytes.Span) => PlainText.Paragraphs(bytes.Span),
            _ => FromJson(bytes.Span, format, path, columns),
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

    private static List<Example> FromJson(ReadOnlySpan<byte> text, DataFormat format, string path, DataColumns? columns) => columns is null or { Text: null, Label: null, Header: null }
        ? FromRecords(JsonRecords.Read(text, path), format, path)
        : throw new InputException($"{path}: data.columns names the columns of CSV and TSV tables; in JSON, rename the fields themselves");
}
