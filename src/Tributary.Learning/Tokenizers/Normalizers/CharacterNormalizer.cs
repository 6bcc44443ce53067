using System.Text;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Normalizers;

/// <summary>A rule for one character by itself.</summary>
/// <param name="Applies">The characters that change.</param>
/// <param name="Becomes">What stands in their place.</param>
internal sealed record CharacterRule(Func<Rune, bool> Applies, Func<Rune, string> Becomes);

/// <summary>Rewrites a text character by character.</summary>
internal sealed class CharacterNormalizer(CharacterRule rule) : INormalizer
{
    private const string Blank = " ";

    private readonly bool[] changesAscii = [.. Enumerable.Range(0, 128).Select(c => Changes(rule, new Rune(c)))];

    /// <summary>Small letters for capitals, without a look at their neighbours (Unicode's full mapping differs for İ alone).</summary>
    public static CharacterNormalizer Lowercase { get; } =
        new(new(c => c.Value == 0x130 || Rune.ToLowerInvariant(c) != c, c => c.Value == 0x130 ? "i\u0307" : Rune.ToLowerInvariant(c).ToString()));

    /// <summary>Drops every mark.</summary>
    public static CharacterNormalizer DropMarks { get; } = new(new(CharacterKinds.IsMark, _ => string.Empty));

    /// <summary>Drops what BERT calls accents; meant for decomposed text.</summary>
    public static CharacterNormalizer DropAccents { get; } = new(new(CharacterKinds.IsAccent, _ => string.Empty));

    /// <summary>BERT's cleaning: no control characters, a blank for every kind of space.</summary>
    public static CharacterNormalizer BertClean { get; } =
        new(new(c => CharacterKinds.IsBertControl(c) || Rune.IsWhiteSpace(c), c => CharacterKinds.IsBertControl(c) ? string.Empty : Blank));

    /// <summary>Drops numbers without a character.</summary>
    public static CharacterNormalizer DropUnassigned { get; } = new(new(CharacterKinds.IsUnassigned, _ => string.Empty));

    /// <summary>BERT's treatment of Chinese: a blank on both sides of an ideograph.</summary>
    public static CharacterNormalizer BertIdeographs { get; } = new(new(CharacterKinds.IsIdeograph, c => $" {c} "));

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text)
    {
        AlignedTextBuilder? result = null;
        var (at, copied) = (0, 0);
        foreach (var c in text.Text.EnumerateRunes())
        {
            var end = at + c.Utf16SequenceLength;
            if (c.IsAscii ? changesAscii[c.Value] : Changes(rule, c))
            {
                result ??= new AlignedTextBuilder(text);
                result.Copy(copied, at);
                result.Write(rule.Becomes(c), at, end);
                copied = end;
            }

            at = end;
        }

        result?.Copy(copied, at);
        return result?.Build() ?? text;
    }

    private static bool Changes(CharacterRule rule, Rune c) => rule.Applies(c) && !(c.Value == ' ' && rule.Becomes(c) == Blank);
}
