using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>How an encoding is filled up.</summary>
/// <param name="Id">The padding token.</param>
/// <param name="TypeId">Its type id.</param>
/// <param name="Length">The length to reach; null is the longest of the batch.</param>
/// <param name="Multiple">The length is rounded up to a multiple of this.</param>
/// <param name="Side">Where the padding goes.</param>
public sealed record Padding(int Id, int TypeId = 0, int? Length = null, int Multiple = 1, SequenceSide Side = SequenceSide.Right)
{
    /// <summary>Padding with the token that a tokenizer has for it.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static Padding Of(ITokenizer tokenizer, int? length = null) =>
        new(tokenizer.PadId ?? throw new InputException("the tokenizer has no padding token; name one in tokenizer_config.json (pad_token)"), Length: length);
}
