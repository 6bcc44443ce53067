using System.Runtime.InteropServices;
using System.Text;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Character rules and the treatment of spaces, as SentencePiece does before its model (Kudo and Richardson, arXiv:1808.06226).</summary>
internal sealed class SentencePieceNormalizer(SentencePieceModel model)
{
    private readonly CharsMap? rules = model.CharsMap.Length > 0 ? new CharsMap(model.CharsMap, model.File) : null;
    private readonly byte[] space = model.EscapeSpaces ? "\u2581"u8.ToArray() : " "u8.ToArray();
    private readonly PrefixMatcher<byte> untouched =
        new(model.Pieces.Where(p => p.Type == PieceType.UserDefined).Select(p => Encoding.UTF8.GetBytes(p.Text)));

    /// <summary>The text as the model sees it.</summary>
    public string Normalize(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        if (model.RemoveExtraSpaces)
        {
            rest = SkipSpaces(rest);
        }

        if (rest.IsEmpty)
        {
            return string.Empty;
        }

        var output = new List<byte>(rest.Length + 16);
        if (model.AddDummyPrefix && !model.SpaceAsSuffix)
        {
            output.AddRange(space);
        }

        var afterSpace = model.RemoveExtraSpaces;
        while (!rest.IsEmpty)
        {
            var piece = Prefix(rest, out var taken);
            rest = rest[taken..];
            piece = afterSpace ? piece.TrimStart((byte)' ') : piece;
            if (!piece.IsEmpty)
            {
                Append(piece, output);
                afterSpace = model.RemoveExtraSpaces && piece[^1] == ' ';
            }
        }

        if (model.RemoveExtraSpaces)
        {
            TrimEnd(output);
        }

        if (model.AddDummyPrefix && model.SpaceAsSuffix)
        {
            output.AddRange(space);
        }

        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(output));
    }

    private ReadOnlySpan<byte> SkipSpaces(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && Prefix(text, out var taken).SequenceEqual(" "u8))
        {
            text = text[taken..];
        }

        return text;
    }

    private void Append(ReadOnlySpan<byte> piece, List<byte> output)
    {
        foreach (var value in piece)
        {
            if (value == ' ')
            {
                output.AddRange(space);
            }
            else
            {
                output.Add(value);
            }
        }
    }

    private void TrimEnd(List<byte> output)
    {
        while (CollectionsMarshal.AsSpan(output).EndsWith(space))
        {
            output.RemoveRange(output.Count - space.Length, space.Length);
        }
    }

    // A user-defined piece as it is, else the longest rule, else one character.
    private ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> text, out int taken)
    {
        taken = untouched.Longest(text);
        if (taken > 0)
        {
            return text[..taken];
        }

        if (rules is not null)
        {
            var replacement = rules.Longest(text, out taken);
            if (taken > 0)
            {
                return replacement;
            }
        }

        Rune.DecodeFromUtf8(text, out _, out taken);
        return text[..taken];
    }
}
