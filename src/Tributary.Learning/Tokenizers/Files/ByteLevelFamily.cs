using Tributary.Learning.Tokenizers.Matching;
using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;
using Tributary.Learning.Tokenizers.Unicode;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>What the byte-level BPE families add to vocabulary and merges: how words are cut, the customary special tokens, what stands around a text.</summary>
internal sealed record ByteLevelFamily(string Name, string? Bos, string Eos, string? Pad, string? Unk, string? Mask = null, bool FramesText = false)
{
    /// <summary>GPT-2: one token for everything, nothing around a text.</summary>
    public static ByteLevelFamily Gpt2 { get; } = new("gpt2", "<|endoftext|>", "<|endoftext|>", null, "<|endoftext|>");

    /// <summary>RoBERTa: begin and end around a text, and a mask that takes the space before it.</summary>
    public static ByteLevelFamily Roberta { get; } = new("roberta", "<s>", "</s>", "<pad>", "<unk>", "<mask>", FramesText: true);

    /// <summary>Qwen 2 and 2.5: composed characters, single digits, no beginning token.</summary>
    public static ByteLevelFamily Qwen2 { get; } = new("qwen2", null, "<|endoftext|>", "<|endoftext|>", "<|endoftext|>")
    {
        Normalizer = new UnicodeNormalizer(UnicodeForm.Nfc),
        Words = new PatternPreTokenizer(SplitPattern.Of(SplitPattern.Qwen2, "Qwen 2"), SplitBehavior.Isolated),
    };

    /// <summary>First stage.</summary>
    public INormalizer? Normalizer { get; private init; }

    /// <summary>How words are cut.</summary>
    public IPreTokenizer Words { get; private init; } = new ByteLevelPreTokenizer(addPrefixSpace: false, splitWords: true);

    /// <summary>The customary special tokens that a vocabulary has.</summary>
    public SpecialTokens Roles(Vocabulary vocabulary)
    {
        int? IdOf(string? token) => token is null ? null : vocabulary.IdOf(token);
        var roles = new SpecialTokens(IdOf(Bos), IdOf(Eos), IdOf(Pad), IdOf(Unk), Mask: IdOf(Mask));
        return FramesText ? roles with { Cls = roles.Bos, Sep = roles.Eos } : roles;
    }
}
