using Tributary.Learning.Tokenizers.Decoders;
using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;

namespace Tributary.Learning.Tokenizers.Files;

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
        var standard = family.Roles(vocabulary);
        var named = beside?.Named(t => vocabulary.IdOf(t)).Or(standard) ?? standard;
        foreach (var id in named.Ids.Where(id => added.TrueForAll(t => t.Id != id)).Distinct().ToList())
        {
            added.Add(new AddedToken(vocabulary.RequireToken(id), id, Special: true, LeftStrip: id == named.Mask));
        }

        var frame = family.FramesText && named is { Bos: { } bos, Eos: { } eos } ? TextFrame.Roberta(bos, eos)
            : beside?.Flag("add_bos_token", false) == true && named.Bos is { } first ? TextFrame.Around([first], [])
            : TextFrame.None;
        return new PipelineTokenizer(
            vocabulary, new BpeModel(new ByteAlphabet(vocabulary, named.Unk), merges), [.. added.Select(t => t with { Normalized = false })], named.Or(beside?.ById() ?? standard), named.Ids)
        {
            TextPrefix = addPrefixSpace ? " " : string.Empty,
            Normalizer = family.Normalizer,
            PreTokenizer = family.Words,
            Decoder = new ByteLevelDecoder(),
            Frame = frame,
            TrimsRanges = family.FramesText,
            Hash = TokenizerHash.Of(
                [vocabularyFile, mergesFile],
                $"{family.Name} {named} prefix space {addPrefixSpace} added {string.Join(' ', added)} frame {string.Join(',', frame.AroundOne.Before)}:{string.Join(',', frame.AroundOne.After)}"),
        };
    }
}
