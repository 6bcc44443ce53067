using Tributary.Learning.Tokenizers;

namespace Tributary.Learning.Tests.Data.Tokenized;

/// <summary>A BERT tokenizer of a few words, so that expectations can be read: ids 0 to 4 are [PAD], [UNK], [CLS], [SEP] and [MASK].</summary>
internal static class WordTokenizer
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    public static ITokenizer Of(params string[] words)
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", string.Concat(Special.Concat(words).Select(word => word + "\n")));
        folder.Write("tokenizer_config.json", """{"tokenizer_class":"BertTokenizer","cls_token":"[CLS]","sep_token":"[SEP]","mask_token":"[MASK]","pad_token":"[PAD]","unk_token":"[UNK]"}""");
        return TokenizerLoader.Load(folder.Root);
    }

    public static string Text(this ITokenizer tokenizer, IEnumerable<int> ids) => string.Join(' ', ids.Select(id => id < 0 ? "_" : tokenizer.TokenOf(id)));
}
