using System.Text;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.SentencePiece;

/// <summary>Encodes and decodes as the SentencePiece library does: no special token is looked for in a text and none is added.</summary>
internal sealed class SentencePieceProcessor
{
    private const char Space = '\u2581';

    private readonly SentencePieceModel model;
    private readonly SentencePieceNormalizer normalizer;
    private readonly ISegmenter segmenter;
    private readonly int[] idOfByte;

    /// <summary>Prepares a model.</summary>
    public SentencePieceProcessor(SentencePieceModel model)
    {
        this.model = model;
        normalizer = new SentencePieceNormalizer(model);
        Pieces = new PieceTable(model);
        segmenter = model.ModelType == SentencePieceModel.Bpe ? new BpeSegmenter(model, Pieces) : new UnigramSegmenter(model, Pieces);
        idOfByte = model.ByteFallback ? [.. Enumerable.Range(0, 256).Select(b => Pieces.IdOf(ByteTokens.Write((byte)b)))] : [];
    }

    /// <summary>The pieces.</summary>
    public PieceTable Pieces { get; }

    /// <summary>Appends the tokens of a text. Unknown characters become bytes, or one unknown piece for each run of them.</summary>
    public void Encode(AlignedText text, List<EncodedToken> tokens)
    {
        var normalized = normalizer.Normalize(text);
        var afterUnknown = false;
        foreach (var segment in segmenter.Cut(normalized.Text))
        {
            var isUnknown = segment.Id == Pieces.Unknown;
            var range = normalized.OriginOf(segment.Start, segment.Start + segment.Length);
            if (isUnknown && model.ByteFallback)
            {
                AddBytes(normalized, segment, tokens);
            }
            else if (isUnknown && afterUnknown)
            {
                tokens[^1] = tokens[^1] with { Range = new TextRange(tokens[^1].Range.Start, range.End) };
            }
            else
            {
                tokens.Add(new EncodedToken(segment.Id, range));
            }

            afterUnknown = isUnknown;
        }
    }

    /// <summary>The text of pieces given by their written forms.</summary>
    public string Decode(IEnumerable<string> written)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var (atBegin, tookSpace) = (true, false);
        foreach (var piece in written)
        {
            var id = Pieces.IdOf(piece);
            if (Pieces[id].Type == PieceType.Byte)
            {
                bytes.Add(ByteTokens.Parse(piece)!.Value);
                continue;
            }

            FlushBytes(bytes, text);
            atBegin &= !tookSpace && text.Length == 0;
            tookSpace = false;
            text.Append(Pieces[id].Type switch
            {
                PieceType.Control => string.Empty,
                PieceType.Unknown => Pieces[id].Text == piece ? model.UnknownSurface : piece,
                _ => Surface(piece, atBegin, out tookSpace),
            });
        }

        FlushBytes(bytes, text);
        return text.ToString();
    }

    // The space that encoding puts before a text is not part of it.
    private string Surface(string piece, bool atBegin, out bool tookSpace)
    {
        var strip = atBegin && (model.AddDummyPrefix || model.RemoveExtraSpaces) && piece.StartsWith(Space);
        tookSpace = strip && !model.RemoveExtraSpaces;
        return (strip ? piece[1..] : piece).Replace(Space, ' ');
    }

    private void AddBytes(AlignedText text, Segment segment, List<EncodedToken> tokens)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var at = segment.Start;
        foreach (var rune in text.Text.AsSpan(segment.Start, segment.Length).EnumerateRunes())
        {
            var range = text.OriginOf(at, at + rune.Utf16SequenceLength);
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                tokens.Add(new EncodedToken(idOfByte[value], range));
            }

            at += rune.Utf16SequenceLength;
        }
    }

    // Each byte that begins no character becomes a U+FFFD of its own.
    private static void FlushBytes(List<byte> bytes, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(rest, out var rune, out var taken) == System.Buffers.OperationStatus.Done;
            text.Append(valid ? rune.ToString() : "\uFFFD");
            rest = rest[(valid ? taken : 1)..];
        }

        bytes.Clear();
    }
}
