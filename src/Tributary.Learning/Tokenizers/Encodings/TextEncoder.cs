namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>
/// Texts and pairs of texts as a model takes them: tokens in the tokenizer's frame, shortened and filled up.
/// </summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="truncation">How to shorten; null never does.</param>
/// <param name="padding">How to fill up; null never does.</param>
/// <param name="addSpecialTokens">Whether the special tokens of the frame are put in.</param>
public sealed class TextEncoder(ITokenizer tokenizer, Truncation? truncation = null, Padding? padding = null, bool addSpecialTokens = true)
{
    /// <summary>One text, or a pair: its first window. Padding reaches a fixed length only.</summary>
    /// <exception cref="Tributary.Numerics.InputException">There is no room for the text.</exception>
    public EncodedText Encode(string text, string? pair = null) => Windows(text, pair).First();

    /// <summary>All windows of one text, or of a pair: the tokens that truncation takes away stand in the later ones.</summary>
    /// <exception cref="Tributary.Numerics.InputException">There is no room for the text, or the stride leaves no progress.</exception>
    public IEnumerable<EncodedText> Windows(string text, string? pair = null) => Framed(text, pair).Select(encoded => Padded(encoded, padding?.Length ?? 0));

    /// <summary>The first windows of several texts or pairs, padded to the longest unless a length is fixed.</summary>
    /// <exception cref="Tributary.Numerics.InputException">There is no room for a text.</exception>
    public IReadOnlyList<EncodedText> EncodeBatch(IReadOnlyList<(string Text, string? Pair)> texts)
    {
        var encoded = texts.Select(t => Framed(t.Text, t.Pair).First()).ToArray();
        var length = padding?.Length ?? encoded.Select(e => e.Length).DefaultIfEmpty(0).Max();
        return [.. encoded.Select(e => Padded(e, length))];
    }

    private IEnumerable<EncodedText> Framed(string text, string? pair)
    {
        var (first, second) = (tokenizer.Tokenize(text), pair is null ? null : tokenizer.Tokenize(pair));
        var frame = (pair is null ? tokenizer.Frame.Single : tokenizer.Frame.Pair).Where(part => addSpecialTokens || part.Kind != FramePartKind.Token).ToArray();
        var windows = truncation is null
            ? [(first, second ?? [])]
            : TokenWindows.Of(first, second, truncation.MaxLength - frame.Count(part => part.Kind == FramePartKind.Token), truncation);
        return windows.Select(window => InFrame(frame, window.First, window.Second));
    }

    private static EncodedText InFrame(FramePart[] frame, ArraySegment<EncodedToken> first, ArraySegment<EncodedToken> second)
    {
        var length = frame.Sum(part => part.Kind == FramePartKind.Token ? 1 : part.Kind == FramePartKind.First ? first.Count : second.Count);
        var result = Empty(length);
        var at = 0;
        foreach (var part in frame)
        {
            if (part.Kind == FramePartKind.Token)
            {
                (result.Ids[at], result.TypeIds[at], result.SpecialTokensMask[at], result.Texts[at]) = (part.Id, part.TypeId, 1, -1);
                at++;
                continue;
            }

            foreach (var token in part.Kind == FramePartKind.First ? first : second)
            {
                (result.Ids[at], result.TypeIds[at], result.Offsets[at], result.Texts[at]) = (token.Id, part.TypeId, token.Range, part.Kind == FramePartKind.First ? 0 : 1);
                at++;
            }
        }

        result.AttentionMask.AsSpan().Fill(1);
        return result;
    }

    private EncodedText Padded(EncodedText encoded, int length)
    {
        if (padding is null)
        {
            return encoded;
        }

        length = checked((length + padding.Multiple - 1) / padding.Multiple * padding.Multiple);
        if (encoded.Length >= length)
        {
            return encoded;
        }

        var result = Empty(length);
        var start = padding.Side == SequenceSide.Right ? 0 : length - encoded.Length;
        result.Ids.AsSpan().Fill(padding.Id);
        result.TypeIds.AsSpan().Fill(padding.TypeId);
        result.SpecialTokensMask.AsSpan().Fill(1);
        result.Texts.AsSpan().Fill(-1);
        encoded.Ids.CopyTo(result.Ids, start);
        encoded.TypeIds.CopyTo(result.TypeIds, start);
        encoded.AttentionMask.CopyTo(result.AttentionMask, start);
        encoded.SpecialTokensMask.CopyTo(result.SpecialTokensMask, start);
        encoded.Texts.CopyTo(result.Texts, start);
        encoded.Offsets.CopyTo(result.Offsets, start);
        return result;
    }

    private static EncodedText Empty(int length) => new(new int[length], new int[length], new int[length], new int[length], new int[length], new TextRange[length]);
}
