using System.Text;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Character rules and the treatment of spaces, as SentencePiece does before its model (Kudo and Richardson, arXiv:1808.06226).</summary>
internal sealed class SentencePieceNormalizer : INormalizer
{
    private readonly SentencePieceModel model;
    private readonly CharsMap? rules;
    private readonly TokenTrie untouched = new();
    private readonly string space;

    /// <summary>The normaliser of a model.</summary>
    public SentencePieceNormalizer(SentencePieceModel model)
    {
        this.model = model;
        rules = model.CharsMap.Length > 0 ? new CharsMap(model.CharsMap, model.File) : null;
        space = model.EscapeSpaces ? "\u2581" : " ";
        foreach (var piece in model.Pieces.Where(p => p.Type == PieceType.UserDefined))
        {
            untouched.Add(piece.Text, 0);
        }
    }

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text)
    {
        var reader = new Reader(this, text.Text);
        while (model.RemoveExtraSpaces && reader.Next() && reader.Written.SequenceEqual(" "u8))
        {
            reader.Take();
        }

        if (!reader.Next())
        {
            return AlignedText.Of(string.Empty);
        }

        var output = new AlignedTextBuilder(text);
        if (model.AddDummyPrefix && !model.SpaceAsSuffix)
        {
            output.Write(space, reader.Start, reader.End);
        }

        for (var afterSpace = model.RemoveExtraSpaces; reader.Next(); reader.Take())
        {
            if (reader.IsUnchanged && !reader.Written.Contains((byte)' '))
            {
                output.Copy(reader.Start, reader.End);
                afterSpace = false;
                continue;
            }

            var written = afterSpace ? reader.Written.TrimStart((byte)' ') : reader.Written;
            if (!written.IsEmpty)
            {
                output.Write(Encoding.UTF8.GetString(written).Replace(" ", space, StringComparison.Ordinal), reader.Start, reader.End);
                afterSpace = model.RemoveExtraSpaces && written[^1] == ' ';
            }
        }

        var result = output.Build();
        return WithSuffix(model.RemoveExtraSpaces ? Trimmed(result) : result);
    }

    private AlignedText Trimmed(AlignedText text)
    {
        var end = text.Length;
        while (end > 0 && text.Text[end - 1] == space[0])
        {
            end--;
        }

        return text.Slice(0, end);
    }

    private AlignedText WithSuffix(AlignedText text)
    {
        if (!(model.AddDummyPrefix && model.SpaceAsSuffix))
        {
            return text;
        }

        var result = new AlignedTextBuilder(text);
        result.Copy(0, text.Length);
        result.Write(space, Math.Max(0, text.Length - 1), text.Length);
        return result.Build();
    }

    // Walks a text and its bytes side by side: a user-defined piece as it is, else the longest rule, else one character.
    private ref struct Reader(SentencePieceNormalizer owner, string text)
    {
        private readonly byte[] utf8 = Encoding.UTF8.GetBytes(text);
        private int at;
        private int taken;

        public int Start { get; private set; }

        public int End { get; private set; }

        public ReadOnlySpan<byte> Written { get; private set; }

        public bool IsUnchanged { get; private set; }

        public bool Next()
        {
            ReadOnlySpan<byte> rest = utf8.AsSpan(at);
            if (rest.IsEmpty)
            {
                return false;
            }

            (taken, IsUnchanged) = (0, true);
            var units = owner.untouched.Longest(text.AsSpan(Start), out _);
            if (units > 0)
            {
                taken = Encoding.UTF8.GetByteCount(text.AsSpan(Start, units));
                Written = rest[..taken];
            }
            else if (owner.rules is not null)
            {
                Written = owner.rules.Longest(rest, out taken);
                IsUnchanged = taken == 0;
            }

            if (taken == 0)
            {
                Rune.DecodeFromUtf8(rest, out _, out taken);
                Written = rest[..taken];
            }

            End = Start + Units(rest[..taken]);
            return true;
        }

        public void Take() => (at, Start) = (at + taken, End);

        private static int Units(ReadOnlySpan<byte> utf8)
        {
            var units = 0;
            foreach (var value in utf8)
            {
                units += (value & 0xC0) == 0x80 ? 0 : value >= 0xF0 ? 2 : 1;
            }

            return units;
        }
    }
}
