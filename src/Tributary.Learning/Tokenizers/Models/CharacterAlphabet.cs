using System.Text;

namespace Tributary.Learning.Tokenizers.Models;

/// <summary>How characters become symbols.</summary>
/// <param name="Unknown">The token of a character without one; null leaves it out.</param>
/// <param name="FuseUnknown">Neighbouring unknown characters are one token.</param>
/// <param name="ByteFallback">A character without a token becomes its bytes, if they have tokens.</param>
/// <param name="ContinuingPrefix">Written before every character but the first of a word.</param>
/// <param name="EndSuffix">Written after the last character of a word.</param>
internal sealed record CharacterRules(int? Unknown = null, bool FuseUnknown = false, bool ByteFallback = false, string ContinuingPrefix = "", string EndSuffix = "");

/// <summary>Characters as symbols. One without a token falls back to its bytes, then to the unknown token, then to nothing.</summary>
internal sealed class CharacterAlphabet : ISymbolAlphabet
{
    private readonly CharacterRules rules;
    private readonly Dictionary<int, int>[] idOfRune; // by place: +1 when not the first of a word, +2 when the last
    private readonly int[]? idOfByte;

    /// <summary>An alphabet over a vocabulary.</summary>
    public CharacterAlphabet(Vocabulary vocabulary, CharacterRules rules)
    {
        this.rules = rules;
        idOfRune =
        [
            Characters(vocabulary, string.Empty, string.Empty), Characters(vocabulary, rules.ContinuingPrefix, string.Empty),
            Characters(vocabulary, string.Empty, rules.EndSuffix), Characters(vocabulary, rules.ContinuingPrefix, rules.EndSuffix),
        ];
        idOfByte = rules.ByteFallback ? [.. Enumerable.Range(0, 256).Select(b => vocabulary.IdOf(ByteTokens.Write((byte)b)) ?? Symbol.Unknown)] : null;
    }

    /// <inheritdoc/>
    public int Bound(ReadOnlySpan<char> piece) => rules.ByteFallback ? Encoding.UTF8.GetByteCount(piece) : piece.Length;

    /// <inheritdoc/>
    public int Fill(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        var (count, at) = (0, 0);
        var afterUnknown = false;
        foreach (var rune in piece.EnumerateRunes())
        {
            var length = rune.Utf16SequenceLength;
            var place = (at > 0 ? 1 : 0) + (at + length == piece.Length ? 2 : 0);
            var wasUnknown = afterUnknown;
            afterUnknown = false;
            if (idOfRune[place].TryGetValue(rune.Value, out var id))
            {
                symbols[count++].Begin(id, at, length);
            }
            else if (!TryBytes(rune, at, symbols, ref count) && rules.Unknown is { } unknown)
            {
                afterUnknown = true;
                if (wasUnknown && rules.FuseUnknown)
                {
                    symbols[count - 1].Length += length;
                }
                else
                {
                    symbols[count++].Begin(unknown, at, length);
                }
            }

            at += length;
        }

        return count;
    }

    /// <inheritdoc/>
    public string Written(ReadOnlySpan<char> piece) => piece.ToString();

    private static Dictionary<int, int> Characters(Vocabulary vocabulary, string prefix, string suffix)
    {
        var result = new Dictionary<int, int>();
        for (var id = 0; id < vocabulary.Size; id++)
        {
            if (vocabulary.TokenOf(id) is { } token && token.Length - prefix.Length - suffix.Length is 1 or 2
                && token.StartsWith(prefix, StringComparison.Ordinal) && token.EndsWith(suffix, StringComparison.Ordinal)
                && Rune.DecodeFromUtf16(token.AsSpan(prefix.Length, token.Length - prefix.Length - suffix.Length), out var rune, out var length) == System.Buffers.OperationStatus.Done
                && prefix.Length + length + suffix.Length == token.Length)
            {
                result[rune.Value] = id;
            }
        }

        return result;
    }

    private bool TryBytes(Rune rune, int at, Span<Symbol> symbols, ref int count)
    {
        if (idOfByte is null)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[4];
        utf8 = utf8[..rune.EncodeToUtf8(utf8)];
        foreach (var value in utf8)
        {
            if (idOfByte[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in utf8)
        {
            symbols[count++].Begin(idOfByte[value], at, rune.Utf16SequenceLength);
        }

        return true;
    }
}
