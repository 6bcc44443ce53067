using System.Globalization;
using System.Text;

namespace Tributary.Learning.Tokenizers.PreTokenizers;

/// <summary>
/// The word splitter of GPT-2, by hand: contractions, an optional space with letters, digits or other signs, and white space that leaves its last
/// character to the word after it. Equals the published pattern <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal static class Gpt2Scanner
{
    private enum Kind : byte
    {
        Space,
        Letter,
        Number,
        Other,
    }

    private static readonly Kind[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Classify(new Rune(c)))];

    /// <summary>The end of the piece that begins at <paramref name="start"/>, which lies inside the text.</summary>
    public static int EndOfPiece(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is var suffix and > 0)
        {
            return start + 1 + suffix;
        }

        var at = start;
        var kind = KindAt(text, at, out var length);
        if (text[start] == ' ' && start + 1 < text.Length)
        {
            at++;
            kind = KindAt(text, at, out length);
        }

        if (kind == Kind.Space)
        {
            return EndOfSpace(text, start);
        }

        var run = kind;
        do
        {
            at += length;
        }
        while (at < text.Length && (kind = KindAt(text, at, out length)) == run);
        return at;
    }

    private static int EndOfSpace(ReadOnlySpan<char> text, int start)
    {
        var at = start + 1;
        while (at < text.Length && KindAt(text, at, out _) == Kind.Space)
        {
            at++;
        }

        // A word follows: its own leading blank stays with it, unless it is the only one.
        return at < text.Length && at - start > 1 ? at - 1 : at;
    }

    private static int Contraction(ReadOnlySpan<char> after)
    {
        if (after.IsEmpty)
        {
            return 0;
        }

        if (after[0] is 's' or 't' or 'm' or 'd')
        {
            return 1;
        }

        return after.Length >= 2 && (after[0], after[1]) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 2 : 0;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        var c = text[at];
        length = 1;
        if (c < 128)
        {
            return Ascii[c];
        }

        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return Classify(rune);
    }

    private static Kind Classify(Rune rune) => Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
        _ => Kind.Other,
    };
}
