using System.Text;

namespace Tributary.Learning.Tokenizers;

/// <summary>What every tokenizer does before anything else.</summary>
internal static class TextCleaning
{
    /// <summary>The text with every lone surrogate replaced by U+FFFD; the same instance when there is none.</summary>
    public static string WellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
            {
                at++;
                continue;
            }

            return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text;
    }
}
