namespace Tributary.Learning.Tokenizers.Encodings;

/// <summary>A text or a pair of texts as a model takes it; all arrays have one entry for each position.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="TypeIds">Which text a position belongs to, as the tokenizer's frame says.</param>
/// <param name="AttentionMask">1 where there is something to see, 0 at padding.</param>
/// <param name="SpecialTokensMask">1 where the frame or the padding put a token.</param>
/// <param name="Texts">The text a position was made of: 0, 1, or -1 for what was put in.</param>
/// <param name="Offsets">The stretch of that text; empty for what was put in.</param>
public sealed record EncodedText(int[] Ids, int[] TypeIds, int[] AttentionMask, int[] SpecialTokensMask, int[] Texts, TextRange[] Offsets)
{
    /// <summary>Number of positions.</summary>
    public int Length => Ids.Length;
}
