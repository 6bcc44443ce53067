using System.Globalization;
using System.Text;

namespace Tributary.Learning.Tokenizers.Matching;

/// <summary>
/// A text with one unit for each character, for engines that know no surrogate pairs: what lies beyond the basic plane is shown as a character of its category.
/// </summary>
internal sealed class CodePointView
{
    /// <summary>Characters of the basic plane that no published pattern names, by category.</summary>
    internal static readonly IReadOnlyDictionary<UnicodeCategory, char> StandIns = new Dictionary<UnicodeCategory, char>
    {
        [UnicodeCategory.UppercaseLetter] = '\uA640',
        [UnicodeCategory.LowercaseLetter] = '\uA641',
        [UnicodeCategory.ModifierLetter] = '\uA717',
        [UnicodeCategory.OtherLetter] = '\uA500',
        [UnicodeCategory.NonSpacingMark] = '\uA66F',
        [UnicodeCategory.SpacingCombiningMark] = '\uA823',
        [UnicodeCategory.EnclosingMark] = '\uA670',
        [UnicodeCategory.DecimalDigitNumber] = '\uA620',
        [UnicodeCategory.LetterNumber] = '\uA6E6',
        [UnicodeCategory.OtherNumber] = '\uA830',
        [UnicodeCategory.DashPunctuation] = '\uFE58',
        [UnicodeCategory.OtherPunctuation] = '\uA60D',
        [UnicodeCategory.MathSymbol] = '\uFB29',
        [UnicodeCategory.CurrencySymbol] = '\uA838',
        [UnicodeCategory.ModifierSymbol] = '\uA720',
        [UnicodeCategory.OtherSymbol] = '\uA828',
        [UnicodeCategory.Format] = '\uFEFF',
        [UnicodeCategory.PrivateUse] = '\uE000',
        [UnicodeCategory.OtherNotAssigned] = '\uFDD0',
    };

    private readonly char[] units;
    private readonly int[] places;

    private CodePointView(ReadOnlySpan<char> text)
    {
        (units, places) = (new char[text.Length], new int[text.Length + 1]);
        var (count, at) = (0, 0);
        foreach (var c in text.EnumerateRunes())
        {
            (units[count], places[count++]) = (c.IsBmp ? (char)c.Value : StandIns.GetValueOrDefault(Rune.GetUnicodeCategory(c), '\uA828'), at);
            at += c.Utf16SequenceLength;
        }

        (places[count], Count) = (at, count);
    }

    /// <summary>The view.</summary>
    public ReadOnlySpan<char> Text => units.AsSpan(0, Count);

    private int Count { get; }

    /// <summary>A view of a text, or null when it needs none.</summary>
    public static CodePointView? Of(ReadOnlySpan<char> text) => text.ContainsAnyInRange('\uD800', '\uDFFF') ? new CodePointView(text) : null;

    /// <summary>Where a unit of the view, or its end, stands in the text.</summary>
    public int PlaceOf(int unit) => places[unit];
}
