using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Formats;

/// <summary>A JSON value as a record: an object with its properties, or a bare text as the field <c>text</c>.</summary>
internal sealed record JsonRecord(string Where, JsonElement Value) : IDataRecord
{
    private const string BareText = "text";

    public IEnumerable<string> FieldNames => Value.ValueKind == JsonValueKind.Object ? Value.EnumerateObject().Select(property => property.Name) : [BareText];

    public string? FindText(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => TextOf(text, $"{Where}: field '{field}'"),
        var other => throw new InputException($"{Where}: field '{field}' is {KindOf(other.Value)}, expected a text"),
    };

    public JsonElement? FindList(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => list,
        var other => throw new InputException($"{Where}: field '{field}' is {KindOf(other.Value)}, expected a list"),
    };

    public string? FindScalar(string field) => Find(field) switch
    {
        { ValueKind: JsonValueKind.String } text => TextOf(text, $"{Where}: field '{field}'"),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } scalar => scalar.GetRawText(),
        _ => null,
    };

    /// <summary>The text of a JSON string.</summary>
    /// <exception cref="InputException">It holds half a surrogate pair.</exception>
    public static string TextOf(JsonElement text, string where)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new InputException($"{where} holds an escaped character that is not Unicode", error);
        }
    }

    /// <summary>What a value is, in words.</summary>
    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };

    private JsonElement? Find(string field)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            return field == BareText ? Value : null;
        }

        return Value.TryGetProperty(field, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
    }
}
