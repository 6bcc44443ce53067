using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>Builds the tokenizer that a <c>tokenizer.json</c> describes stage by stage.</summary>
internal static class TokenizerJson
{
    /// <summary>Reads the file; the files beside it name the tokens with a role.</summary>
    public static ITokenizer Load(string file, SpecialTokenFiles? beside)
    {
        var root = JsonPlace.Read(file);
        var vocabulary = new Vocabulary(file);
        var preTokenizer = root.Find("pre_tokenizer");
        var model = BpeSection.Read(root.Require("model"), vocabulary, PreTokenizerSection.IsByteLevel(preTokenizer));
        var added = (root.Find("added_tokens")?.Items() ?? []).Select(t => AddedToken.Read(t, t.Require("id").Number())).ToList();
        added.ForEach(t => vocabulary.Add(t.Content, t.Id));

        var normalizer = NormalizerSection.Read(root.Find("normalizer"));
        if (normalizer is not null)
        {
            added = added.ConvertAll(t => t.Normalized ? t with { Content = normalizer.Normalize(t.Content) } : t);
        }

        var unknown = root.Require("model").Find("unk_token")?.Text();
        var named = beside?.Named(t => vocabulary.IdOf(t)) ?? new SpecialTokens(null, null, null, null);
        named = named with { Unk = named.Unk ?? (unknown is null ? null : vocabulary.IdOf(unknown)) };
        var roles = named.Or(beside?.ById() ?? named);
        return new PipelineTokenizer(vocabulary, model, added, roles, named.Ids)
        {
            Normalizer = normalizer,
            PreTokenizer = PreTokenizerSection.Read(preTokenizer),
            Frame = PostProcessorSection.Read(root.Find("post_processor"), vocabulary),
            Decoder = DecoderSection.Read(root.Find("decoder")),
            Hash = TokenizerHash.Of([file], roles.ToString()),
        };
    }
}
