using Tributary.Learning.Tokenizers.Decoders;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>What the byte-level BPE families add to their vocabulary: default special tokens and what stands around one text.</summary>
internal sealed record ByteLevelFamily(string Bos, string Eos, string? Pad, string Unk, string? Mask, bool FramesText)
{
    /// <summary>GPT-2: one token for everything, nothing around a text.</summary>
    public static ByteLevelFamily Gpt2 { get; } = new("<|endoftext|>", "<|endoftext|>", null, "<|endoftext|>", null, FramesText: false);

    /// <summary>RoBERTa: begin and end around a text, and a mask that takes the space before it.</summary>
    public static ByteLevelFamily Roberta { get; } = new("<s>", "</s>", "<pad>", "<unk>", "<mask>", FramesText: true);
}

/// <summary>Builds the tokenizer of <c>vocab.json</c> and <c>merges.txt</c>.</summary>
internal static class ByteLevelFiles
{
    /// <summary>Reads both files; settings beside them override the family's special tokens.</summary>
    public static ITokenizer Load(string vocabularyFile, string mergesFile, ByteLevelFamily family, bool addPrefixSpace, SpecialTokenFiles? beside)
    {
        var vocabulary = new Vocabulary(vocabularyFile);
        foreach (var (token, id) in JsonPlace.Read(vocabularyFile).Properties())
        {
            vocabulary.Add(token, id.Number());
        }

        var merges = MergesText.Read(mergesFile, vocabulary);
        var added = (beside?.Added() ?? []).ToList();
        added.ForEach(t => vocabulary.Add(t.Content, t.Id));
        var standard = new SpecialTokens(IdOf(family.Bos), IdOf(family.Eos), IdOf(family.Pad), IdOf(family.Unk));
        var named = beside?.Named(t => vocabulary.IdOf(t)).Or(standard) ?? standard;
        foreach (var id in named.Ids.Append(IdOf(family.Mask) ?? -1).Where(id => id >= 0 && added.TrueForAll(t => t.Id != id)).Distinct().ToList())
        {
            var token = vocabulary.RequireToken(id);
            added.Add(new AddedToken(token, id, Special: true, LeftStrip: token == family.Mask));
        }

        var frame = family.FramesText && named is { Bos: { } bos, Eos: { } eos } ? new SpecialFrame([bos], [eos])
            : beside?.Flag("add_bos_token", false) == true && named.Bos is { } first ? new SpecialFrame([first], [])
            : SpecialFrame.None;
        return new PipelineTokenizer(vocabulary, new BpeModel(new ByteAlphabet(vocabulary, named.Unk), merges), added, named.Or(beside?.ById() ?? standard), named.Ids)
        {
            TextPrefix = addPrefixSpace ? " " : string.Empty,
            PreTokenizer = new ByteLevelPreTokenizer(addPrefixSpace: false, splitWords: true),
            Decoder = new ByteLevelDecoder(),
            Frame = frame,
            Hash = TokenizerHash.Of([vocabularyFile, mergesFile], $"{family} {named} prefix space {addPrefixSpace} added {string.Join(' ', added)} frame {string.Join(',', frame.Before)}:{string.Join(',', frame.After)}"),
        };

        int? IdOf(string? token) => token is null ? null : vocabulary.IdOf(token);
    }
}
