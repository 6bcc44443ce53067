using System.Text.Json;

namespace Tributary.Learning.Data.Formats;

/// <summary>A row of a file before it has a meaning: named fields, and where it stands.</summary>
internal interface IDataRecord
{
    /// <summary>File, line and number of the record, for messages.</summary>
    string Where { get; }

    /// <summary>Names of the fields, in file order.</summary>
    IEnumerable<string> FieldNames { get; }

    /// <summary>The text of a field; null when it is missing or null.</summary>
    /// <exception cref="Numerics.InputException">It is not a text.</exception>
    string? FindText(string field);

    /// <summary>The list in a field; null when it is missing.</summary>
    /// <exception cref="Numerics.InputException">It is not a list.</exception>
    JsonElement? FindList(string field);

    /// <summary>A text, number or truth value in its written form; null when it is missing or something else.</summary>
    string? FindScalar(string field);
}
