using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>A JSON record whose fields for text, label and second text have names of their own.</summary>
internal sealed record RenamedRecord(IDataRecord Record, DataColumns Columns) : IDataRecord
{
    public string Where => Record.Where;

    public IEnumerable<string> FieldNames => Record.FieldNames.Concat(
        [.. Columns.Text is null ? [] : new[] { "text" }, .. Columns.Label is null ? [] : new[] { "label" }, .. Columns.Pair is null ? [] : new[] { "text_pair" }])
        .Distinct(StringComparer.Ordinal);

    public string? FindText(string field) => field switch
    {
        "text" when Columns.Text is { } names => string.Join(' ', names.Select(name => Record.FindText(name) ?? throw Missing(name))),
        "text_pair" when Columns.Pair is { } name => Record.FindText(name) ?? throw Missing(name),
        _ => Record.FindText(field),
    };

    public JsonElement? FindList(string field) => field switch
    {
        "tokens" when Columns.Text is [var name] => Record.FindList(name) ?? throw Missing(name),
        "tags" or "label" when Columns.Label is [var name] => Record.FindList(name) ?? throw Missing(name),
        _ => Record.FindList(field),
    };

    public string? FindScalar(string field) => (field, Columns.Label) switch
    {
        ("label", [var name]) => Record.FindScalar(name),
        ("label", { } names) => Indicated.Labels(names.Select(name => (name, Record.FindScalar(name) ?? throw Missing(name)))),
        _ => Record.FindScalar(field),
    };

    private InputException Missing(string field) => new($"{Where}: no field '{field}'; the record has {string.Join(", ", Record.FieldNames.Take(12))}");
}
