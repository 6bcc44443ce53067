using System.Text.Json;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Encodings;

namespace Tributary.Simulation.Verification;

/// <summary>Strings with their token ids: every field of every line has to be met exactly.</summary>
internal sealed class TokenizerFixture : IFixtureKind
{
    /// <inheritdoc/>
    public bool Claims(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) == "tokenizers"
        && (Path.GetFileName(path) is "bert" or "bert_no_lower" or "gpt2" or "gpt2_prefix_space" or "roberta" or "llama" || (Directory.Exists(path) && Directory.EnumerateFiles(path, "*.model").Any()));

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        string Here(string name) => Path.Combine(path, name);
        string Gpt2(string name) => Path.Combine(path, "..", "gpt2", name);
        switch (Path.GetFileName(path))
        {
            case "bert":
                Strings(Here("strings.jsonl"), TokenizerLoader.LoadBert(Here("vocab.txt")), report);
                Pairs(Here("pairs.jsonl"), TokenizerLoader.LoadBert(Here("vocab.txt")), report);
                break;
            case "bert_no_lower":
                Strings(Here("strings.jsonl"), TokenizerLoader.LoadBert(Path.Combine(path, "..", "bert", "vocab.txt"), lowercase: false), report);
                break;
            case "gpt2":
                Strings(Here("strings.jsonl"), TokenizerLoader.LoadGpt2(Here("vocab.json"), Here("merges.txt")), report);
                break;
            case "gpt2_prefix_space":
                Strings(Here("strings.jsonl"), TokenizerLoader.LoadGpt2(Gpt2("vocab.json"), Gpt2("merges.txt"), addPrefixSpace: true), report);
                break;
            case "roberta":
                Strings(Here("strings.jsonl"), TokenizerLoader.LoadRoberta(Here("vocab.json"), Gpt2("merges.txt")), report);
                Pairs(Here("pairs.jsonl"), TokenizerLoader.LoadRoberta(Here("vocab.json"), Gpt2("merges.txt")), report);
                break;
            case "llama":
                var model = Here("tokenizer.model");
                Strings(Here("strings.jsonl"), TokenizerLoader.LoadLlama(model), report, TokenizerLoader.LoadSentencePiece(model));
                Strings(Here("strings_legacy_false.jsonl"), TokenizerLoader.LoadLlama(model, legacy: false), report);
                break;
            default:
                foreach (var file in Directory.EnumerateFiles(path, "*.model").Order(StringComparer.Ordinal))
                {
                    Strings(Path.ChangeExtension(file, ".jsonl"), TokenizerLoader.LoadSentencePiece(file), report);
                }

                break;
        }
    }

    private static void Strings(string file, ITokenizer tokenizer, FixtureReport report, ITokenizer? plain = null)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            var text = row.GetProperty("text").GetString()!;
            var place = $"{Path.GetFileName(file)}: line {++number}";
            var ids = Numbers(row, "ids");
            report.Check($"{place}: ids", tokenizer.Encode(text).SequenceEqual(ids));
            report.Check($"{place}: decoded", tokenizer.Decode(ids) == row.GetProperty("decoded").GetString());
            foreach (var field in row.EnumerateObject())
            {
                switch (field.Name)
                {
                    case "ids_with_special":
                        report.Check($"{place}: {field.Name}", tokenizer.Encode(text, addSpecialTokens: true).SequenceEqual(Numbers(row, field.Name)));
                        break;
                    case "tokens" or "pieces":
                        report.Check($"{place}: {field.Name}", ids.Select(tokenizer.TokenOf).SequenceEqual(field.Value.EnumerateArray().Select(t => t.GetString())));
                        break;
                    case "sentencepiece_ids" when plain is not null:
                        report.Check($"{place}: {field.Name}", plain.Encode(text).SequenceEqual(Numbers(row, field.Name)));
                        break;
                }
            }
        }
    }

    private static void Pairs(string file, ITokenizer tokenizer, FixtureReport report)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            var place = $"{Path.GetFileName(file)}: line {++number}";
            var length = row.GetProperty("max_length").GetInt32();
            var encoder = new TextEncoder(tokenizer, new Truncation(length), Padding.Of(tokenizer, length));
            var first = row.GetProperty("a").GetString()!;
            var pair = encoder.Encode(first, row.GetProperty("b").GetString());
            report.Check($"{place}: input_ids", pair.Ids.SequenceEqual(Numbers(row, "input_ids")));
            report.Check($"{place}: token_type_ids", pair.TypeIds.SequenceEqual(Numbers(row, "token_type_ids")));
            report.Check($"{place}: attention_mask", pair.AttentionMask.SequenceEqual(Numbers(row, "attention_mask")));
            report.Check($"{place}: single_input_ids", encoder.Encode(first).Ids.SequenceEqual(Numbers(row, "single_input_ids")));
        }
    }

    private static int[] Numbers(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(n => n.GetInt32())];
}
