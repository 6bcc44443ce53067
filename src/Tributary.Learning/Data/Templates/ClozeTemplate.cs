using Tributary.Numerics;

namespace Tributary.Learning.Data.Templates;

/// <summary>
/// Classification as a text with a gap: the pattern holds <c>{text}</c>, <c>{pair}</c> where rows have one, and <c>{mask}</c> once, in whose place the word of the class stands
/// (pattern and verbalizer of Schick and Schütze 2021).
/// </summary>
public sealed class ClozeTemplate
{
    /// <summary>Most classes.</summary>
    public const int MostWords = 256;

    private const string Mask = "{mask}";
    private readonly string before;
    private readonly string after;
    private readonly bool namesPair;

    /// <summary>A pattern and the word of each label.</summary>
    /// <param name="pattern">The text around the gap.</param>
    /// <param name="words">Labels as the files write them, in the order of the classes, each with its word.</param>
    /// <exception cref="InputException">A placeholder is missing, unknown or there twice, or the words are none that tell classes apart.</exception>
    public ClozeTemplate(string pattern, IReadOnlyList<(string Label, string Word)> words)
    {
        PlaceholderText.Require(pattern, "the cloze's pattern", "text", "pair", "mask");
        if (pattern.Split(Mask) is not [var first, var last])
        {
            throw new InputException($"the cloze's pattern: the placeholder {Mask} must stand in it once");
        }

        if (words.Count is < 2 or > MostWords || words.Any(word => string.IsNullOrWhiteSpace(word.Word)))
        {
            throw new InputException($"the cloze's words: expected a word for each of 2 to {MostWords} labels");
        }

        (before, after, namesPair, Words) = (first, last, pattern.Contains("{pair}", StringComparison.Ordinal), words);
    }

    /// <summary>Labels in the order of the classes, each with its word.</summary>
    public IReadOnlyList<(string Label, string Word)> Words { get; }

    /// <summary>True when something stands behind the gap, which a causal model does not see when it fills it.</summary>
    public bool GoesOn => after.Length > 0;

    /// <summary>What stands before the gap.</summary>
    public string Before(string text, string pair) => Render(before, text, pair);

    /// <summary>What stands behind it.</summary>
    public string After(string text, string pair) => Render(after, text, pair);

    /// <summary>The class of a label.</summary>
    /// <exception cref="InputException">It has no word.</exception>
    public int ClassOf(string label, string source)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            if (Words[i].Label == label)
            {
                return i;
            }
        }

        throw new InputException($"{source}: label '{label}' has no word; data.cloze.words has {string.Join(", ", Words.Take(20).Select(word => word.Label))}");
    }

    private string Render(string part, string text, string pair) =>
        PlaceholderText.Render(part, ("text", namesPair || pair.Length == 0 ? text : $"{text} {pair}"), ("pair", pair));
}
