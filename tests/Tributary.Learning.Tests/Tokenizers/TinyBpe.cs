using System.Text;
using System.Text.Json;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Models;

namespace Tributary.Learning.Tests.Tokenizers;

/// <summary>A byte-level BPE of 256 bytes and a few merges, trained on one sentence by counting, with the plainest possible encoder beside it.</summary>
internal sealed class TinyBpe
{
    private const string Corpus = "the cat that sat on the mat then ate the oats that the other cat had eaten, and that was that: 1000 and 2000 and 3000!";

    public TinyBpe(int size = 300)
    {
        Tokens = [.. Enumerable.Range(0, 256).Select(b => ByteCharacters.ToCharacter((byte)b).ToString())];
        var words = Corpus.Split(' ').Select((w, i) => ByteCharacters.Write(i == 0 ? w : " " + w).Select(c => c.ToString()).ToList()).ToList();
        while (Tokens.Count < size)
        {
            var pairs = words.SelectMany(w => w.Zip(w.Skip(1))).ToList();
            if (pairs.Count == 0)
            {
                break;
            }

            var best = pairs.GroupBy(p => p).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.First + " " + g.Key.Second, StringComparer.Ordinal).First().Key;
            Merges.Add(best);
            if (!Tokens.Contains(best.First + best.Second))
            {
                Tokens.Add(best.First + best.Second);
            }

            words.ForEach(w => Join(w, best));
        }
    }

    public List<string> Tokens { get; }

    public List<(string First, string Second)> Merges { get; } = [];

    public string VocabularyJson => JsonSerializer.Serialize(Tokens.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i));

    public string MergesText => "#version: 0.2\n" + string.Concat(Merges.Select(m => $"{m.First} {m.Second}\n"));

    public string TokenizerJson(string preTokenizer = """{"type": "ByteLevel", "add_prefix_space": false}""", string addedTokens = "[]") => $$"""
        {"added_tokens": {{addedTokens}}, "normalizer": null, "pre_tokenizer": {{preTokenizer}}, "post_processor": null, "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "vocab": {{VocabularyJson}}, "merges": {{JsonSerializer.Serialize(Merges.Select(m => m.First + " " + m.Second))}} } }
        """;

    public ITokenizer Load(TemporaryFolder folder, bool addPrefixSpace = false) =>
        TokenizerLoader.LoadGpt2(folder.Write("vocab.json", VocabularyJson), folder.Write("merges.txt", MergesText), addPrefixSpace);

    /// <summary>Ids of one piece by looking for the best pair over and over.</summary>
    public int[] NaiveIds(string piece)
    {
        var symbols = ByteCharacters.Write(piece).Select(c => c.ToString()).ToList();
        while (true)
        {
            var best = symbols.Zip(symbols.Skip(1)).Select((pair, at) => (Rank: Merges.IndexOf(pair), at)).Where(p => p.Rank >= 0).DefaultIfEmpty((-1, -1)).Min();
            if (best.Item1 < 0)
            {
                return [.. symbols.Select(s => Tokens.IndexOf(s))];
            }

            symbols[best.Item2] += symbols[best.Item2 + 1];
            symbols.RemoveAt(best.Item2 + 1);
        }
    }

    private static void Join(List<string> word, (string First, string Second) pair)
    {
        for (var i = 0; i + 1 < word.Count; i++)
        {
            if (word[i] == pair.First && word[i + 1] == pair.Second)
            {
                word[i] += word[i + 1];
                word.RemoveAt(i + 1);
            }
        }
    }
}
