using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class ClozeTokenizerTests
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly ITokenizer Words = WordTokenizer.Of("the", "cat", "sat", "dog", "it", "is", "good", "bad", ":");
    private static readonly (string, string)[] Verdicts = [("yes", "good"), ("no", "bad")];

    [Fact]
    public void The_mask_stands_in_the_gap_and_is_marked()
    {
        var data = Tokenize("it is {mask} : {text}", HeadTask.MaskedLanguageModelling, 12, new("the cat", "no", None), new("dog", "yes", None));
        var batch = new TokenRows();
        data.Fill(batch, [1, 0]);

        Words.Text(batch.Ids.ToArray()).ShouldBe("[CLS] it is [MASK] : dog [SEP] [CLS] it is [MASK] : the cat [SEP]");
        batch.Classes.ToArray().ShouldBe([0, 1]);
        batch.PooledRows.ToArray().ShouldBe([3, 10]);
    }

    [Fact]
    public void A_causal_sequence_ends_before_the_gap()
    {
        var tokenizer = Characters();
        var cloze = new ClozeTemplate("{text}: {mask}", Verdicts);
        var data = new ClozeTokenizer(tokenizer, cloze, HeadTask.CausalLanguageModelling, 32).Tokenize([new ClassificationExample("a cat", "no", None)], "x");
        var batch = new TokenRows();
        data.Fill(batch, [0]);
        tokenizer.Decode(batch.Ids).ShouldBe("a cat: ");
        batch.PooledRows.ToArray().ShouldBe([batch.Count - 1]);
        ClozeWords.Of(tokenizer, cloze).Tokens.Select(token => tokenizer.Decode([token])).ShouldBe(["g", "b"]);
    }

    [Fact]
    public void The_tokens_of_words_are_those_that_follow_the_pattern() =>
        ClozeWords.Of(Words, new ClozeTemplate("{text} it is {mask}", Verdicts)).Tokens.ShouldBe([Words.IdOf("good")!.Value, Words.IdOf("bad")!.Value]);

    [Fact]
    public void A_long_text_loses_its_end_and_the_pattern_nothing()
    {
        var data = Tokenize("{text} : it is {mask}", HeadTask.MaskedLanguageModelling, 8, new ClassificationExample("the cat sat the dog", "yes", None));
        Words.Text(data.Examples[0].Ids).ShouldBe("[CLS] the cat : it is [MASK] [SEP]");
        data.Examples[0].PooledAt.ShouldBe(6);
        data.Report.CutResponses.ShouldBe(1);
        var pair = Tokenize("{text} : {pair} {mask}", HeadTask.MaskedLanguageModelling, 7, new ClassificationExample("the", "yes", None) { Pair = "cat sat the dog" });
        Words.Text(pair.Examples[0].Ids).ShouldBe("[CLS] the : cat sat [MASK] [SEP]");
    }

    [Fact]
    public void What_cannot_be_filled_in_is_refused_or_counted()
    {
        TokenizedDataset Masked(int length, params ClassificationExample[] rows) => Tokenize("{text} : it is {mask}", HeadTask.MaskedLanguageModelling, length, rows);

        Masked(12, new("  ", "yes", None), new("cat", "yes", None)).Report.Dropped.ShouldBe(1);
        Should.Throw<InputException>(() => Masked(12, new ClassificationExample(" ", "yes", None))).Message.ShouldContain("none of its 1 texts");
        Should.Throw<InputException>(() => Masked(12, new ClassificationExample("cat", "maybe", None))).Message.ShouldContain("north: label 'maybe' has no word");
        Should.Throw<InputException>(() => Masked(5, new ClassificationExample("cat", "yes", None))).Message.ShouldContain("no room for a text beside the 6 tokens");
        Should.Throw<InputException>(() => Tokenize("{mask} : {text}", HeadTask.CausalLanguageModelling, 9, new ClassificationExample("cat", "yes", None))).Message.ShouldContain("put {mask} at the end");
        Should.Throw<InputException>(() => new ClozeTokenizer(Words, new ClozeTemplate("{text} {mask}", Verdicts), HeadTask.CausalLanguageModelling, 9).Tokenize([new TextExample("cat", None)], "x"))
            .Message.ShouldContain("data.format: classification");
        Should.Throw<InputException>(() => new ClozeTokenizer(Characters(), new ClozeTemplate("{text} {mask}", Verdicts), HeadTask.MaskedLanguageModelling, 9)).Message.ShouldContain("mask_token");
    }

    [Fact]
    public void Words_that_one_token_stands_for_are_refused()
    {
        void Refused(ITokenizer tokenizer, string word, string other, string why) =>
            Should.Throw<InputException>(() => ClozeWords.Of(tokenizer, new ClozeTemplate("{text}: {mask}", [("1", "cat"), ("2", word), ("3", other)]))).Message.ShouldContain(why);

        Refused(Characters(), "dog", "digit", "'dog' and 'digit' begin with the same token, 'd'");
        Refused(Words, "dog", "horse", "'horse' has no token of its own");
    }

    private static TokenizedDataset Tokenize(string pattern, HeadTask task, int length, params ClassificationExample[] rows) =>
        new ClozeTokenizer(Words, new ClozeTemplate(pattern, Verdicts), task, length).Tokenize(rows, "north");

    // A vocabulary of single characters.
    private static ITokenizer Characters()
    {
        using var folder = new TemporaryFolder();
        var vocabulary = string.Join(',', "abcdefghijklmnopqrstuvwxyz:Ġ".Select((c, i) => $"\"{c}\":{i}"));
        folder.Write("tokenizer.json", $$$"""
            {"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
            "post_processor":null,"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
            "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":false,"byte_fallback":false,"vocab":{{{{vocabulary}}}},"merges":[]}}
            """);
        folder.Write("tokenizer_config.json", "{}");
        return TokenizerLoader.Load(folder.Root);
    }
}
