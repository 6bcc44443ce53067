using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>Writes tokenizer.json files that other tools read too.</summary>
internal static class TokenizerJsonWriter
{
    /// <summary>Characters are written as they are.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Writes a file: the special tokens, which are the first ones, then what <paramref name="stages"/> writes.</summary>
    public static void Write(Stream stream, IReadOnlyList<string> tokens, int specialCount, Action<Utf8JsonWriter> stages)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        for (var id = 0; id < specialCount; id++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", tokens[id]);
            foreach (var option in (string[])["single_word", "lstrip", "rstrip", "normalized"])
            {
                json.WriteBoolean(option, false);
            }

            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        stages(json);
        json.WriteEndObject();
    }

    /// <summary>Writes tokens with their ids as one object.</summary>
    public static void WriteVocabulary(Utf8JsonWriter json, IReadOnlyList<string> tokens)
    {
        json.WriteStartObject();
        for (var id = 0; id < tokens.Count; id++)
        {
            json.WriteNumber(tokens[id], id);
        }

        json.WriteEndObject();
    }
}
