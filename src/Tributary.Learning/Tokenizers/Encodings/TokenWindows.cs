using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>Shortens one text or a pair of them to a number of tokens.</summary>
internal static class TokenWindows
{
    /// <summary>
    /// The windows that cover what is shortened, the first one to be used where only one is wanted. A pair that is shortened longest first has one window.
    /// </summary>
    /// <exception cref="InputException">There is no room for the other text, or the stride leaves no progress.</exception>
    public static IEnumerable<(ArraySegment<EncodedToken> First, ArraySegment<EncodedToken> Second)> Of(EncodedToken[] first, EncodedToken[]? second, int room, Truncation truncation)
    {
        if (first.Length + (long)(second?.Length ?? 0) <= room)
        {
            return [(first, second ?? [])];
        }

        if (second is null)
        {
            return Windows(first, room, truncation).Select(window => (window, ArraySegment<EncodedToken>.Empty));
        }

        switch (truncation.Strategy)
        {
            case TruncationStrategy.OnlyFirst:
                return Windows(first, room - second.Length, truncation).Select(window => (window, new ArraySegment<EncodedToken>(second)));
            case TruncationStrategy.OnlySecond:
                return Windows(second, room - first.Length, truncation).Select(window => (new ArraySegment<EncodedToken>(first), window));
            default:
                // Both come down to the shorter one, then turn by turn, the second text first.
                var longer = Math.Max(0, room);
                var forFirst = Math.Min(first.Length, Math.Max(longer - second.Length, (longer + 1) / 2));
                return [(Cut(first, forFirst, truncation.Side), Cut(second, longer - forFirst, truncation.Side))];
        }
    }

    private static ArraySegment<EncodedToken> Cut(EncodedToken[] tokens, int length, SequenceSide side) =>
        new(tokens, side == SequenceSide.Right ? 0 : tokens.Length - length, length);

    private static IEnumerable<ArraySegment<EncodedToken>> Windows(EncodedToken[] tokens, int room, Truncation truncation)
    {
        if (room <= 0)
        {
            throw new InputException($"a length of {truncation.MaxLength} tokens leaves no room for the text beside special tokens and the other text; allow more");
        }

        if (truncation.Stride >= room)
        {
            throw new InputException($"a stride of {truncation.Stride} does not fit windows of {room} tokens; take a smaller one");
        }

        return Step();

        IEnumerable<ArraySegment<EncodedToken>> Step()
        {
            for (var start = 0; ; start += room - truncation.Stride)
            {
                var length = Math.Min(room, tokens.Length - start);
                yield return new ArraySegment<EncodedToken>(tokens, truncation.Side == SequenceSide.Right ? start : tokens.Length - start - length, length);
                if (start + length == tokens.Length)
                {
                    yield break;
                }
            }
        }
    }
}
