using Tributary.Learning.Data;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Training;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class TagTokenizerTests
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly LabelSet Tags = new(["O", "NAME", "VERB"]);
    private static readonly ITokenizer Words = WordTokenizer.Of("the", "cat", "##s", "sat", "dog", "!", "-");

    [Fact]
    public void A_tag_stands_at_the_first_token_of_its_word_and_nowhere_else()
    {
        var example = Tokenize(9, ["The", "cats", "sat-sat", "!"], ["O", "NAME", "VERB", "O"]).Examples.ShouldHaveSingleItem();
        Words.Text(example.Ids).ShouldBe("[CLS] the cat ##s sat - sat ! [SEP]");
        example.Labels.ShouldBe([-100, 0, 1, -100, 2, -100, -100, 0, -100]);
    }

    [Fact]
    public void What_does_not_fit_is_cut_and_numbers_are_tags_too()
    {
        var data = Tokenize(5, ["the", "cats", "sat"], ["0", "1", "2"]);
        Words.Text(data.Examples[0].Ids).ShouldBe("[CLS] the cat ##s [SEP]");
        data.Examples[0].Labels.ShouldBe([-100, 0, 1, -100, -100]);
        data.Report.CutResponses.ShouldBe(1);
    }

    [Fact]
    public void Words_of_a_byte_level_vocabulary_begin_with_their_space()
    {
        using var folder = new TemporaryFolder();
        BpeTrainer.Train(["ab cd ab cd ab cd"], new TrainingSettings(262, ["</s>"])).Write(folder.Root);
        var tokenizer = TokenizerLoader.Load(folder.Root);
        var example = new TagTokenizer(tokenizer, Tags, 16).Tokenize([new TokensExample(["ab", "cdx", "日"], ["O", "NAME", "VERB"], None)], "x").Examples[0];
        var expected = new List<int>();
        foreach (var (word, tag) in new[] { ("ab", 0), (" cdx", 1), (" 日", 2) })
        {
            expected.Add(tag);
            expected.AddRange(Enumerable.Repeat(-100, tokenizer.Encode(word).Length - 1));
        }

        example.Labels.ShouldBe(expected);
    }

    [Fact]
    public void Unknown_tags_and_rows_without_tags_are_refused_with_their_owner()
    {
        Should.Throw<InputException>(() => Tokenize(9, ["cat"], ["PLACE"])).Message.ShouldContain("north: label 'PLACE'");
        Should.Throw<InputException>(() => new TagTokenizer(Words, Tags, 9).Tokenize([new TextExample("cat", None)], "north")).Message.ShouldContain("data.format: tokens");
        Should.Throw<InputException>(() => Tokenize(9, [" "], ["O"])).Message.ShouldContain("none of its 1 sentences");
    }

    private static TokenizedDataset Tokenize(int length, string[] words, string[] tags) =>
        new TagTokenizer(Words, Tags, length).Tokenize([new TokensExample(words, tags, None)], "north");
}
