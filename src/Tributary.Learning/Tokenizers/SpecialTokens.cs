namespace Tributary.Learning.Tokenizers;

/// <summary>The ids of the tokens with a role; null where a tokenizer has none.</summary>
/// <param name="Bos">Begins a text.</param>
/// <param name="Eos">Ends a text.</param>
/// <param name="Pad">Fills up a batch.</param>
/// <param name="Unk">What the vocabulary cannot express.</param>
/// <param name="Cls">Before a text to be classified.</param>
/// <param name="Sep">After each text of a pair.</param>
/// <param name="Mask">In place of a token to be guessed.</param>
public sealed record SpecialTokens(int? Bos = null, int? Eos = null, int? Pad = null, int? Unk = null, int? Cls = null, int? Sep = null, int? Mask = null)
{
    /// <summary>The ids in use.</summary>
    internal IEnumerable<int> Ids => new[] { Bos, Eos, Pad, Unk, Cls, Sep, Mask }.OfType<int>();

    /// <summary>These roles, with gaps filled from <paramref name="other"/>.</summary>
    internal SpecialTokens Or(SpecialTokens other) => new(
        Bos ?? other.Bos, Eos ?? other.Eos, Pad ?? other.Pad, Unk ?? other.Unk, Cls ?? other.Cls, Sep ?? other.Sep, Mask ?? other.Mask);
}
