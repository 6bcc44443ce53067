using System.Globalization;
using System.Text;

namespace Tributary.Learning.Tokenizers.Unicode;

/// <summary>The classes of characters that tokenizers go by.</summary>
internal static class CharacterKinds
{
    /// <summary>A letter, a mark, a digit, a letter-like number, a connector or a joiner: what <c>\w</c> means in Unicode (UTS 18, annex C).</summary>
    public static bool IsWord(Rune c) => Rune.GetUnicodeCategory(c) switch
    {
        <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.OtherSymbol => c.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        _ => c.Value is 0x200C or 0x200D,
    };

    /// <summary>Punctuation as BERT means it: all of ASCII that is no letter, digit or space, and the categories P.</summary>
    public static bool IsPunctuation(Rune c) =>
        c.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        || Rune.GetUnicodeCategory(c) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    /// <summary>A number of any script: the categories N.</summary>
    public static bool IsNumber(Rune c) =>
        Rune.GetUnicodeCategory(c) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>A mark of any kind: the categories M.</summary>
    public static bool IsMark(Rune c) =>
        Rune.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>A mark that takes no room of its own: what BERT calls an accent.</summary>
    public static bool IsAccent(Rune c) => Rune.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;

    /// <summary>What BERT drops from a text: NUL, U+FFFD, control and format characters, private use; tab and line ends are space.</summary>
    public static bool IsBertControl(Rune c) => c.Value is not ('\t' or '\n' or '\r') && (c.Value is 0xFFFD
        || Rune.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    /// <summary>A number without a character.</summary>
    public static bool IsUnassigned(Rune c) => Rune.GetUnicodeCategory(c) == UnicodeCategory.OtherNotAssigned;

    /// <summary>A Chinese character: the blocks of CJK ideographs, without kana and Hangul.</summary>
    public static bool IsIdeograph(Rune c) =>
        c.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
            or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
