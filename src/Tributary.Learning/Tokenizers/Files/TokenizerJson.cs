using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>Builds the tokenizer that a <c>tokenizer.json</c> describes stage by stage.</summary>
internal static class TokenizerJson
{
    /// <summary>Reads the file; the files beside it name the tokens with a role and may change what a BERT normaliser does.</summary>
    public static ITokenizer Load(string file, SpecialTokenFiles? beside)
    {
        var root = JsonPlace.Read(file);
        var vocabulary = new Vocabulary(file);
        var preTokenizer = PreTokenizerSection.Read(root.Find("pre_tokenizer"), out var bytes);
        var model = ModelSection.Read(root.Require("model"), vocabulary, bytes);
        var added = (root.Find("added_tokens")?.Items() ?? []).Select(t => AddedToken.Read(t, t.Require("id").Number())).ToList();
        added.ForEach(t => vocabulary.Add(t.Content, t.Id));

        var settings = "";
        var normalizer = new NormalizerSection(Overridden).Read(root.Find("normalizer"));
        if (normalizer is not null)
        {
            added = added.ConvertAll(t => t.Normalized ? t with { Content = normalizer.Normalize(AlignedText.Of(t.Content)).Text } : t);
        }

        var unknown = root.Require("model").Find("unk_token")?.Text();
        var named = beside?.Named(t => vocabulary.IdOf(t)) ?? new SpecialTokens();
        named = named with { Unk = named.Unk ?? (unknown is null ? null : vocabulary.IdOf(unknown)) };
        var roles = named.Or(beside?.ById() ?? named);
        var post = PostProcessorSection.Read(root.Find("post_processor"), vocabulary);
        return new PipelineTokenizer(vocabulary, model, added, roles, named.Ids)
        {
            Normalizer = normalizer,
            PreTokenizer = preTokenizer,
            Frame = post.Frame,
            TrimsRanges = post.TrimsRanges,
            Defaults = DefaultsSection.Read(root),
            Decoder = DecoderSection.Read(root.Find("decoder")),
            Hash = TokenizerHash.Of([file], $"{roles}{settings}"),
        };

        BertCleaning Overridden(BertCleaning said)
        {
            var cleaning = beside is null ? said : BertFiles.Cleaning(beside, said);
            settings = cleaning == said ? "" : $" {cleaning}";
            return cleaning;
        }
    }
}
