using System.Text;
using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>A trained byte-level BPE vocabulary.</summary>
/// <param name="Tokens">The tokens by id: special ones, the 256 bytes, then what merges made.</param>
/// <param name="SpecialCount">Number of special tokens.</param>
/// <param name="Merges">The merges, best first.</param>
public sealed record TrainedBpe(IReadOnlyList<string> Tokens, int SpecialCount, IReadOnlyList<(string Left, string Right)> Merges)
{
    /// <summary>Writes tokenizer.json, vocab.json and merges.txt into a folder.</summary>
    /// <exception cref="RunException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, "tokenizer.json"), stream => TokenizerJsonWriter.Write(stream, Tokens, SpecialCount, WriteStages));
        AtomicFile.Write(Path.Combine(folder, "vocab.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, TokenizerJsonWriter.Options);
            TokenizerJsonWriter.WriteVocabulary(json, Tokens);
        });
        var merges = new StringBuilder("#version: 0.2\n");
        foreach (var (left, right) in Merges)
        {
            merges.Append(left).Append(' ').Append(right).Append('\n');
        }

        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), merges.ToString());
    }

    private void WriteStages(Utf8JsonWriter json)
    {
        json.WriteNull("normalizer");
        foreach (var stage in (string[])["pre_tokenizer", "post_processor", "decoder"])
        {
            json.WriteStartObject(stage);
            json.WriteString("type", "ByteLevel");
            json.WriteBoolean("add_prefix_space", false);
            json.WriteBoolean("trim_offsets", false);
            json.WriteBoolean("use_regex", true);
            json.WriteEndObject();
        }

        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WritePropertyName("vocab");
        TokenizerJsonWriter.WriteVocabulary(json, Tokens);
        json.WriteStartArray("merges");
        foreach (var (left, right) in Merges)
        {
            json.WriteStringValue($"{left} {right}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
