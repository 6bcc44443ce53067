using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Encodings;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers;

public sealed class BertTests : IDisposable
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\naff\n,\n中\ncafe\nCafé\nsigma\nσ\n##ς\n";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Words_are_cut_into_the_longest_pieces()
    {
        var tokenizer = Load();
        tokenizer.Encode("Unaffable, unaffx", addSpecialTokens: true).ShouldBe([2, 5, 6, 7, 9, 1, 3]);
        tokenizer.Decode([5, 6, 7, 9]).ShouldBe("unaffable ,");
        tokenizer.Tokenize(" Unaffable,中").Select(t => (t.Id, t.Range.Start, t.Range.End)).ShouldBe([(5, 1, 3), (6, 3, 6), (7, 6, 10), (9, 10, 11), (10, 11, 12)]);
    }

    [Fact]
    public void Uncased_drops_accents_and_cased_composes_them()
    {
        Load().Encode("Cafe\u0301 CAFÉ").ShouldBe([11, 11]);
        Load(lowercase: false).Encode("Cafe\u0301 CAFÉ").ShouldBe([12, 1]);
    }

    [Fact]
    public void Special_tokens_are_found_as_they_are_written()
    {
        Load().Encode("un[MASK]aff [mask]").ShouldBe([5, 4, 8, 1, 1, 1]);
        Load().Decode([2, 5, 4, 3], skipSpecialTokens: true).ShouldBe("un");
        var roles = Load().Roles;
        (roles.Pad, roles.Unk, roles.Cls, roles.Sep, roles.Mask, roles.Bos).ShouldBe((0, 1, 2, 3, 4, null));
    }

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown()
    {
        var tokenizer = Load();
        tokenizer.Encode("un" + string.Concat(Enumerable.Repeat("able", 24))).Length.ShouldBe(25);
        tokenizer.Encode("un" + string.Concat(Enumerable.Repeat("able", 25))).ShouldBe([1]);
        tokenizer.Encode(new string('u', 1_000_000)).ShouldBe([1]);
    }

    [Fact]
    public void A_folder_s_settings_decide_about_case_and_names()
    {
        folder.Write("vocab.txt", Vocabulary);
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "BertTokenizer", "do_lower_case": false, "tokenize_chinese_chars": false, "unk_token": "[PAD]"}""");
        var tokenizer = TokenizerLoader.Load(folder.Root);
        tokenizer.Encode("Café Un 中中").ShouldBe([12, 0, 0]);
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "BertJapaneseTokenizer"}""");
        Should.Throw<InputException>(() => TokenizerLoader.Load(folder.Root)).Message.ShouldContain("'BertJapaneseTokenizer' is not supported");
    }

    [Fact]
    public void Settings_beside_a_tokenizer_json_change_its_cleaning_and_its_hash()
    {
        folder.Write("tokenizer.json", """
            {"normalizer": {"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "u", "vocab": {"u": 0, "a": 1, "A": 2}}}
            """);
        var plain = TokenizerLoader.Load(folder.Root);
        plain.Encode("A a").ShouldBe([1, 1]);
        folder.Write("tokenizer_config.json", """{"do_lower_case": false}""");
        var cased = TokenizerLoader.Load(folder.Root);
        cased.Encode("A a").ShouldBe([2, 1]);
        cased.Hash.ShouldNotBe(plain.Hash);
    }

    [Fact]
    public void A_vocabulary_without_special_tokens_is_refused() =>
        Should.Throw<InputException>(() => TokenizerLoader.LoadBert(folder.Write("vocab.txt", "a\nb\n"))).Message.ShouldContain("[CLS]");

    [Fact]
    public void A_pair_is_framed_with_types()
    {
        var pair = new TextEncoder(Load()).Encode("un aff", "中");
        pair.Ids.ShouldBe([2, 5, 8, 3, 10, 3]);
        pair.TypeIds.ShouldBe([0, 0, 0, 0, 1, 1]);
        pair.SpecialTokensMask.ShouldBe([1, 0, 0, 1, 0, 1]);
        pair.Texts.ShouldBe([-1, 0, 0, -1, 1, -1]);
    }

    public void Dispose() => folder.Dispose();

    private ITokenizer Load(bool lowercase = true) => TokenizerLoader.LoadBert(folder.Write("vocab.txt", Vocabulary), lowercase);
}
