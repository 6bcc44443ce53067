using System.Text;
using Tributary.Learning.Tokenizers.Decoders;
using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Learning.Tokenizers.Models;
using Tributary.Learning.Tokenizers.Normalizers;
using Tributary.Learning.Tokenizers.Pipeline;
using Tributary.Learning.Tokenizers.PreTokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>Builds BERT's tokenizer from <c>vocab.txt</c>: one token per line, its number the id (Devlin et al., arXiv:1810.04805).</summary>
internal static class BertFiles
{
    private const long MaxBytes = 64L << 20;
    private const string Prefix = "##";

    /// <summary>Reads the file; settings beside it override the customary special tokens.</summary>
    /// <exception cref="InputException">It cannot be read, or lacks a special token.</exception>
    public static ITokenizer Load(string file, BertCleaning cleaning, SpecialTokenFiles? beside)
    {
        var vocabulary = Read(file);
        var standard = new SpecialTokens(
            Pad: vocabulary.IdOf("[PAD]"), Unk: vocabulary.IdOf("[UNK]"), Cls: vocabulary.IdOf("[CLS]"), Sep: vocabulary.IdOf("[SEP]"), Mask: vocabulary.IdOf("[MASK]"));
        var size = vocabulary.Size;
        var added = (beside?.Added() ?? []).ToList();
        var roles = beside?.Named(t => added.Find(a => a.Content == t) is { } known ? (int)known.Id : vocabulary.IdOf(t)).Or(standard) ?? standard;
        if (roles is not { Unk: { } unknown, Cls: { } cls, Sep: { } sep })
        {
            throw new InputException($"{file}: no unknown token, [CLS] or [SEP] among its {size} lines; name them in tokenizer_config.json (unk_token, cls_token, sep_token) or take BERT's vocab.txt");
        }

        var model = new WordPieceModel(vocabulary, unknown, Prefix, WordPieceModel.LongestWord);
        added.ForEach(t => vocabulary.Add(t.Content, t.Id));
        foreach (var id in roles.Ids.Where(id => added.TrueForAll(t => t.Id != id)).Distinct().ToList())
        {
            added.Add(new AddedToken(vocabulary.RequireToken(id), id, Special: true));
        }

        return new PipelineTokenizer(vocabulary, model, [.. added.Select(t => t with { Normalized = false })], roles.Or(beside?.ById() ?? roles), roles.Ids)
        {
            Normalizer = cleaning.VocabularyNormalizer(),
            PreTokenizer = WordCuts.Bert,
            Frame = TextFrame.Bert(cls, sep),
            Decoder = new SequenceDecoder([new WordPieceDecoder(Prefix, cleanUp: false), new TrimDecoder()]),
            Hash = TokenizerHash.Of([file], $"{cleaning} {roles} added {string.Join(' ', added)}"),
        };
    }

    /// <summary>What tokenizer_config.json says about cleaning, for what it leaves out <paramref name="otherwise"/>.</summary>
    public static BertCleaning Cleaning(SpecialTokenFiles beside, BertCleaning otherwise) => otherwise with
    {
        Lowercase = beside.Flag("do_lower_case", otherwise.Lowercase),
        SeparateIdeographs = beside.Flag("tokenize_chinese_chars", otherwise.SeparateIdeographs),
        StripAccents = beside.FlagIfThere("strip_accents") ?? otherwise.StripAccents,
    };

    private static Vocabulary Read(string file)
    {
        var vocabulary = new Vocabulary(file);
        try
        {
            if (FileLength.OfFilled(file) > MaxBytes)
            {
                throw new InputException($"{file}: larger than {MaxBytes >> 20} MB, which no list of tokens is");
            }

            var id = 0;
            foreach (var line in File.ReadLines(file, Encoding.UTF8))
            {
                if (line.Length > 0)
                {
                    vocabulary.Add(line, id);
                }

                id++;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }

        return vocabulary;
    }
}
