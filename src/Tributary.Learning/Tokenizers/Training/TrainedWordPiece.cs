using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>A trained WordPiece vocabulary.</summary>
/// <param name="Tokens">The tokens by id: special ones, characters, then what merges made.</param>
/// <param name="SpecialCount">Number of special tokens.</param>
/// <param name="Lowercase">Whether texts are lower-cased and lose their accents first.</param>
public sealed record TrainedWordPiece(IReadOnlyList<string> Tokens, int SpecialCount, bool Lowercase)
{
    /// <summary>Writes tokenizer.json, vocab.txt and tokenizer_config.json into a folder.</summary>
    /// <exception cref="RunException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, "tokenizer.json"), stream => TokenizerJsonWriter.Write(stream, Tokens, SpecialCount, WriteStages));
        AtomicFile.WriteText(Path.Combine(folder, "vocab.txt"), string.Concat(Tokens.Select(token => token + "\n")));
        AtomicFile.Write(Path.Combine(folder, "tokenizer_config.json"), WriteConfig);
    }

    private void WriteConfig(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, TokenizerJsonWriter.Options);
        json.WriteStartObject();
        json.WriteString("tokenizer_class", "BertTokenizer");
        json.WriteBoolean("do_lower_case", Lowercase);
        foreach (var (role, token) in ((string, string)[])[("pad_token", "[PAD]"), ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("mask_token", "[MASK]")])
        {
            json.WriteString(role, token);
        }

        json.WriteEndObject();
    }

    private void WriteStages(Utf8JsonWriter json)
    {
        json.WriteStartObject("normalizer");
        json.WriteString("type", "BertNormalizer");
        json.WriteBoolean("clean_text", true);
        json.WriteBoolean("handle_chinese_chars", true);
        json.WriteNull("strip_accents");
        json.WriteBoolean("lowercase", Lowercase);
        json.WriteEndObject();
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "BertPreTokenizer");
        json.WriteEndObject();
        json.WriteStartObject("post_processor");
        json.WriteString("type", "BertProcessing");
        WriteToken(json, "sep", "[SEP]");
        WriteToken(json, "cls", "[CLS]");
        json.WriteEndObject();
        json.WriteStartObject("decoder");
        json.WriteString("type", "WordPiece");
        json.WriteString("prefix", "##");
        json.WriteBoolean("cleanup", false);
        json.WriteEndObject();
        json.WriteStartObject("model");
        json.WriteString("type", "WordPiece");
        json.WriteString("unk_token", "[UNK]");
        json.WriteString("continuing_subword_prefix", "##");
        json.WriteNumber("max_input_chars_per_word", Models.WordPieceModel.LongestWord);
        json.WritePropertyName("vocab");
        TokenizerJsonWriter.WriteVocabulary(json, Tokens);
        json.WriteEndObject();
    }

    private void WriteToken(Utf8JsonWriter json, string role, string token)
    {
        json.WriteStartArray(role);
        json.WriteStringValue(token);
        json.WriteNumberValue(Tokens.ToList().IndexOf(token));
        json.WriteEndArray();
    }
}
