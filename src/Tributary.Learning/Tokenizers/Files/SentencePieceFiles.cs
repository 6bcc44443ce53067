using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.SentencePiece;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>Builds the tokenizers of a SentencePiece model file.</summary>
internal static class SentencePieceFiles
{
    /// <summary>The model by itself.</summary>
    public static ITokenizer Load(string file)
    {
        var processor = new SentencePieceProcessor(SentencePieceModel.Read(file));
        var roles = StandardRoles(processor);
        return new SentencePieceTokenizer(processor, roles, TokenizerHash.Of([file], roles.ToString()));
    }

    /// <summary>The model as LLaMA 1 and 2 use it; settings beside it override the standard special tokens.</summary>
    public static ITokenizer LoadLlama(string file, LlamaSettings settings, SpecialTokenFiles? beside)
    {
        var model = SentencePieceModel.Read(file);
        var processor = new SentencePieceProcessor(settings.Legacy ? model : model with { AddDummyPrefix = false });
        var added = (beside?.Added() ?? []).ToList();
        var vocabulary = new Vocabulary(file);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            vocabulary.Add(model.Pieces[id].Text, id);
        }

        added.ForEach(t => vocabulary.Add(t.Content, t.Id));
        var standard = StandardRoles(processor) with { Pad = null };
        var named = beside?.Named(t => vocabulary.IdOf(t)).Or(standard) ?? standard;
        foreach (var id in named.Ids.Distinct().Where(id => added.TrueForAll(t => t.Id != id)).ToList())
        {
            added.Add(new AddedToken(vocabulary.RequireToken(id), id, Special: true));
        }

        var roles = named.Or(beside?.ById() ?? named);
        return new LlamaTokenizer(processor, settings, vocabulary, added, roles)
        {
            Hash = TokenizerHash.Of([file], $"{settings} {roles} added {string.Join(' ', added)}"),
        };
    }

    /// <summary>The settings that tokenizer_config.json gives.</summary>
    public static LlamaSettings Settings(SpecialTokenFiles beside) =>
        new(beside.Flag("legacy", true), beside.Flag("add_prefix_space", true), beside.Flag("add_bos_token", true), beside.Flag("add_eos_token", false));

    private static SpecialTokens StandardRoles(SentencePieceProcessor processor)
    {
        return new SpecialTokens(Control("<s>"), Control("</s>"), Control("<pad>"), processor.Pieces.Unknown);

        int? Control(string text) => processor.Pieces.Vocabulary.IdOf(text) is { } id && processor.Pieces[id].Type == PieceType.Control ? id : null;
    }
}
