using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>A row of a table as a record.</summary>
internal sealed record TableRecord(string Path, int Line, IReadOnlyDictionary<string, string> Cells) : IDataRecord
{
    public string Where => $"{Path} line {Line}";

    public IEnumerable<string> FieldNames => Cells.Keys;

    public string? FindText(string field) => Cells.GetValueOrDefault(field);

    public JsonElement? FindList(string field) =>
        Cells.ContainsKey(field) ? throw new InputException($"{Where}: field '{field}' is a cell of a table, expected a list; conversations need JSON") : null;

    public string? FindScalar(string field) => Cells.GetValueOrDefault(field);
}
