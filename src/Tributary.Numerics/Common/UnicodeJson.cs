using System.Text.Json;

namespace Tributary.Numerics;

/// <summary>JSON whose escapes are all Unicode. Half a surrogate pair parses, and would fail only where its text is used.</summary>
public static class UnicodeJson
{
    /// <summary>Checks all names and texts.</summary>
    /// <param name="json">The document, in UTF-8.</param>
    /// <param name="path">Its file, for the message.</param>
    /// <exception cref="InputException">One holds an escape that is not Unicode.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Require(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException error)
        {
            throw new InputException($"{path}, line {1 + json[..(int)reader.TokenStartIndex].Count((byte)'\n')}: an escaped character that is not Unicode", error);
        }
    }
}
