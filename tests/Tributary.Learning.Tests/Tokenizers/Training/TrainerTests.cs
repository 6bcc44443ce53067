using FsCheck.Fluent;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Training;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Tokenizers.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly string[] Texts = ["the cat sat on the mat", "the other cat ate the oats", "naïve café, naïve cat"];

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void The_most_frequent_pair_merges_first_and_the_lower_ids_break_ties()
    {
        // ab and bc both occur three times: (a, b) has the lower left symbol.
        var trainer = new PairTrainer();
        trainer.Add([0, 1, 2], 3);
        trainer.Add([2, 3], 2);
        var next = 4;
        trainer.Train(10, 2, (_, _) => next++).ShouldBe([new(0, 1, 4), new(4, 2, 5), new(2, 3, 6)]);
    }

    [Fact]
    public void Overlapping_pairs_are_counted_as_they_merge()
    {
        var trainer = new PairTrainer();
        trainer.Add([0, 0, 0, 0, 0], 1);
        var next = 1;
        trainer.Train(10, 1, (_, _) => next++).ShouldBe([new(0, 0, 1), new(1, 0, 2), new(1, 2, 3)], ignoreOrder: false);
    }

    [Fact]
    public void A_trained_bpe_loads_from_both_kinds_of_files_and_gives_any_text_back()
    {
        var trained = BpeTrainer.Train(Texts, new TrainingSettings(300, ["<|endoftext|>"]));
        trained.Tokens.Count.ShouldBeLessThanOrEqualTo(300);
        trained.Tokens.ShouldContain("Ġcat");
        trained.Write(folder.Root);
        var json = TokenizerLoader.Load(folder.Root);
        var pair = TokenizerLoader.LoadGpt2(Path.Combine(folder.Root, "vocab.json"), Path.Combine(folder.Root, "merges.txt"));
        json.Encode("<|endoftext|>the cat").ShouldBe(pair.Encode("<|endoftext|>the cat"));
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure, Prop.ForAll(
            Gen.ArrayOf(Gen.Choose(1, 0xD7FF).Select(c => (char)c)).Select(c => new string(c)).ToArbitrary(),
            text => json.Decode(json.Encode(text)) == text && json.Encode(text).SequenceEqual(pair.Encode(text))));
    }

    [Fact]
    public void A_trained_wordpiece_loads_from_both_kinds_of_files()
    {
        var trained = WordPieceTrainer.Train(Texts, new TrainingSettings(60, WordPieceTrainer.BertTokens));
        trained.Write(folder.Root);
        var json = TokenizerLoader.Load(folder.Root);
        File.Delete(Path.Combine(folder.Root, "tokenizer.json"));
        var list = TokenizerLoader.Load(folder.Root);
        foreach (var text in Texts.Append("The CAT Sat, naive!"))
        {
            json.Encode(text, addSpecialTokens: true).ShouldBe(list.Encode(text, addSpecialTokens: true));
        }

        json.Decode(json.Encode("the cat sat")).ShouldBe("the cat sat");
        json.Encode("the").Length.ShouldBe(1);
        json.PadId.ShouldBe(0);
    }

    [Fact]
    public void Training_does_not_depend_on_the_order_of_texts()
    {
        var settings = new TrainingSettings(290, []);
        BpeTrainer.Train(Texts, settings).Merges.ShouldBe(BpeTrainer.Train(Texts.Reverse(), settings).Merges);
        var bert = new TrainingSettings(50, WordPieceTrainer.BertTokens);
        WordPieceTrainer.Train(Texts, bert).Tokens.ShouldBe(WordPieceTrainer.Train(Texts.Reverse(), bert).Tokens);
    }

    [Fact]
    public void Sizes_that_cannot_hold_the_alphabet_are_refused()
    {
        Should.Throw<InputException>(() => BpeTrainer.Train(Texts, new TrainingSettings(256, ["x"]))).Message.ShouldContain("257");
        Should.Throw<InputException>(() => WordPieceTrainer.Train(Texts, new TrainingSettings(60, ["[PAD]"]))).Message.ShouldContain("[MASK]");
        Should.Throw<InputException>(() => new TrainingSettings(0, [])).Message.ShouldContain("size");
    }

    public void Dispose() => folder.Dispose();
}
