using System.Text;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.PreTokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Training;

/// <summary>Trains a small byte-level BPE vocabulary, words cut as GPT-2 cuts them: any text can be written with it and comes back.</summary>
public static class BpeTrainer
{
    /// <summary>The vocabulary of some texts; their order does not matter.</summary>
    /// <exception cref="InputException">The size leaves no room for the special tokens and the 256 bytes.</exception>
    public static TrainedBpe Train(IEnumerable<string> texts, TrainingSettings settings)
    {
        var special = settings.SpecialTokens.Count;
        if (settings.Size < special + 256)
        {
            throw new InputException($"a byte-level vocabulary of {settings.Size} tokens is too small; {special} special tokens and 256 bytes take {special + 256}");
        }

        var words = new WordCounts(null, new ByteLevelPreTokenizer(addPrefixSpace: false, splitWords: true));
        foreach (var text in texts)
        {
            words.Read(text);
        }

        var tokens = settings.SpecialTokens.Concat(Enumerable.Range(0, 256).Select(b => ByteCharacters.ToCharacter((byte)b).ToString())).ToList();
        var trainer = new PairTrainer();
        foreach (var (word, count) in words.InOrder)
        {
            trainer.Add([.. Encoding.UTF8.GetBytes(word).Select(b => special + b)], count);
        }

        var known = new VocabularyGrowth(tokens);
        var merges = trainer.Train(settings.Size - tokens.Count, settings.LeastCount, (left, right) => known.IdOf(tokens[left] + tokens[right]));
        return new TrainedBpe(tokens, special, [.. merges.Select(m => (tokens[m.Left], tokens[m.Right]))]);
    }
}
