using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.PreTokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>Trains a small WordPiece vocabulary for BERT: characters, then the most frequent pairs, continuing pieces marked with ##.</summary>
public static class WordPieceTrainer
{
    private const string Prefix = "##";

    /// <summary>The tokens that BERT needs, in its order.</summary>
    public static IReadOnlyList<string> BertTokens { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>The vocabulary of some texts; their order does not matter. Where not all characters fit, the rarer ones stay unknown.</summary>
    /// <exception cref="InputException">A token that BERT needs is missing, or nothing fits beside the special tokens.</exception>
    public static TrainedWordPiece Train(IEnumerable<string> texts, TrainingSettings settings, bool lowercase = true)
    {
        if (BertTokens.Except(settings.SpecialTokens).FirstOrDefault() is { } missing || settings.Size <= settings.SpecialTokens.Count)
        {
            throw new InputException($"a WordPiece vocabulary needs the special tokens {string.Join(' ', BertTokens)} and room for more; give them and a larger size than {settings.Size}");
        }

        var cleaning = new BertCleaning(Lowercase: lowercase);
        var words = new WordCounts(cleaning.VocabularyNormalizer(), WordCuts.Bert);
        foreach (var text in texts)
        {
            words.Read(text);
        }

        var counted = words.InOrder.Select(w => (Characters: Characters(w.Word), w.Count)).ToList();
        var tokens = settings.SpecialTokens.Concat(Alphabet(counted, settings.Size - settings.SpecialTokens.Count)).ToList();
        var known = new VocabularyGrowth(tokens);
        var alphabet = tokens.ToHashSet(StringComparer.Ordinal);
        var trainer = new PairTrainer();
        foreach (var (characters, count) in counted.Where(w => w.Characters.TrueForAll(alphabet.Contains)))
        {
            trainer.Add([.. characters.Select(known.IdOf)], count);
        }

        trainer.Train(settings.Size - tokens.Count, settings.LeastCount, (left, right) => known.IdOf(tokens[left] + tokens[right][Prefix.Length..]));
        return new TrainedWordPiece(tokens, settings.SpecialTokens.Count, lowercase);
    }

    private static List<string> Characters(string word) => [.. word.EnumerateRunes().Select((c, i) => i == 0 ? c.ToString() : Prefix + c)];

    private static IEnumerable<string> Alphabet(List<(List<string> Characters, long Count)> words, int room)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (characters, count) in words)
        {
            foreach (var character in characters)
            {
                counts[character] = counts.GetValueOrDefault(character) + count;
            }
        }

        return counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(room).Select(c => c.Key).Order(StringComparer.Ordinal);
    }
}
