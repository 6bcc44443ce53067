using Tributary.Learning.Data.Templates;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Data.Tokenized;

/// <summary>
/// The tokens by which a cloze's words are told apart: the first in which they differ when they stand behind the pattern. What they have in common before, such as a space that
/// a vocabulary writes as a token of its own, belongs to the pattern.
/// </summary>
/// <param name="Tokens">One for each class.</param>
/// <param name="Length">Tokens of the first word from there on.</param>
public sealed record ClozeWords(IReadOnlyList<int> Tokens, int Length)
{
    /// <summary>The tokens of a cloze's words in a tokenizer's vocabulary.</summary>
    /// <exception cref="InputException">Two words begin with the same token, or one is not in the vocabulary.</exception>
    public static ClozeWords Of(ITokenizer tokenizer, ClozeTemplate cloze)
    {
        int[][] said = [.. cloze.Words.Select(word => tokenizer.Encode(cloze.Before("", "") + word.Word))];
        var common = 0;
        while (said.All(ids => common < ids.Length && ids[common] == said[0][common]))
        {
            common++;
        }

        int[] tokens = [.. said.Select(ids => common < ids.Length ? ids[common] : -1)];
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] < 0 || tokens[i] == tokenizer.UnkId)
            {
                throw new InputException($"data.cloze.words: '{cloze.Words[i].Word}' has no token of its own in this model's vocabulary; choose another word");
            }

            if (Array.IndexOf(tokens, tokens[i]) is var same && same < i)
            {
                throw new InputException(
                    $"data.cloze.words: '{cloze.Words[same].Word}' and '{cloze.Words[i].Word}' begin with the same token, '{tokenizer.TokenOf(tokens[i])}'; choose words that differ in the first");
            }
        }

        return new ClozeWords(tokens, said[0].Length - common);
    }
}
