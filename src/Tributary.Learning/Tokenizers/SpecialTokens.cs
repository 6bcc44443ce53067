namespace Tributary.Learning.Tokenizers;

/// <summary>The ids of the tokens with a role.</summary>
internal sealed record SpecialTokens(int? Bos, int? Eos, int? Pad, int? Unk)
{
    /// <summary>These roles, with gaps filled from <paramref name="other"/>.</summary>
    public SpecialTokens Or(SpecialTokens other) => new(Bos ?? other.Bos, Eos ?? other.Eos, Pad ?? other.Pad, Unk ?? other.Unk);

    /// <summary>The ids in use.</summary>
    public IEnumerable<int> Ids => new[] { Bos, Eos, Pad, Unk }.OfType<int>();
}
