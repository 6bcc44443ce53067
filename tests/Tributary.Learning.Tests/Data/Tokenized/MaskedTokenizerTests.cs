using Tributary.Learning.Data;
using Tributary.Learning.Data.Templates;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Learning.Tokenizers.Training;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class MaskedTokenizerTests
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly ITokenizer Words = WordTokenizer.Of("the", "cat", "sat", "dog");
    private static readonly SampleTemplates Templates = SampleTemplates.For(DataFormat.Text);

    [Fact]
    public void Texts_run_on_in_blocks_and_other_rows_are_sequences_of_their_own()
    {
        var blocks = new MaskedTokenizer(Words, Templates, 5).Tokenize([new TextExample("the cat sat", None), new TextExample("dog", None)], "x");
        blocks.Examples.Select(e => Words.Text(e.Ids)).ShouldBe(["[CLS] the cat sat [SEP]", "[CLS] [SEP] dog [SEP]"]);

        var rows = new MaskedTokenizer(Words, Templates, 5).Tokenize([new ClassificationExample("the cat sat the dog", "1", None), new ClassificationExample("dog", "0", None)], "x");
        rows.Examples.Select(e => Words.Text(e.Ids)).ShouldBe(["[CLS] the cat sat [SEP]", "[CLS] dog [SEP]"]);
        rows.Report.CutResponses.ShouldBe(1);
    }

    [Fact]
    public void Hidden_tokens_depend_on_draw_and_sample_alone()
    {
        var data = Long();
        TokenRows Drawn(ulong draw, params int[] numbers)
        {
            var rows = new TokenRows();
            data.Fill(rows, numbers, draw);
            return rows;
        }

        var (first, again, other) = (Drawn(7, 0, 1), Drawn(7, 1), Drawn(8, 0, 1));
        first.Ids[(first.Count / 2)..].SequenceEqual(again.Ids).ShouldBeTrue();
        first.Labels[(first.Count / 2)..].SequenceEqual(again.Labels).ShouldBeTrue();
        first.Labels.SequenceEqual(other.Labels).ShouldBeFalse();
        first.Labels[..again.Count].SequenceEqual(again.Labels).ShouldBeFalse();
    }

    [Fact]
    public void Fifteen_in_a_hundred_are_hidden_as_published_and_special_tokens_never()
    {
        var data = Long();
        var rows = new TokenRows();
        data.Fill(rows, Enumerable.Range(0, data.Count).ToArray(), 3);
        var original = data.Examples.SelectMany(e => e.Ids).ToArray();
        var (masked, replaced, kept, ordinary) = (0, 0, 0, 0);
        for (var i = 0; i < original.Length; i++)
        {
            var special = original[i] is 2 or 3;
            ordinary += special ? 0 : 1;
            if (rows.Labels[i] < 0)
            {
                rows.Ids[i].ShouldBe(original[i]);
                continue;
            }

            special.ShouldBeFalse();
            rows.Labels[i].ShouldBe(original[i]);
            masked += rows.Ids[i] == 4 ? 1 : 0;
            kept += rows.Ids[i] == original[i] ? 1 : 0;
            replaced += rows.Ids[i] != 4 && rows.Ids[i] != original[i] ? 1 : 0;
        }

        // Of nine ids a random one is the mask or the token itself in two of nine cases.
        double chosen = masked + replaced + kept;
        (chosen / ordinary).ShouldBe(0.15, 0.01);
        (masked / chosen).ShouldBe(0.8 + (0.1 / 9), 0.03);
        (replaced / chosen).ShouldBe(0.1 * 7 / 9, 0.03);
        (kept / chosen).ShouldBe(0.1 + (0.1 / 9), 0.03);
    }

    [Fact]
    public void Every_sequence_has_something_to_guess()
    {
        var data = new MaskedTokenizer(Words, Templates, 5).Tokenize([.. Enumerable.Repeat(new ClassificationExample("cat", "0", None), 50)], "x");
        var rows = new TokenRows();
        for (var i = 0; i < data.Count; i++)
        {
            data.Fill(rows, [i]);
            rows.LabelledRows.ShouldBe(1);
        }
    }

    [Fact]
    public void Without_a_mask_token_or_a_token_to_hide_there_is_no_task()
    {
        using var folder = new TemporaryFolder();
        BpeTrainer.Train(["some text"], new TrainingSettings(260, ["<|endoftext|>"])).Write(folder.Root);
        Should.Throw<InputException>(() => new MaskedTokenizer(TokenizerLoader.Load(folder.Root), Templates, 5)).Message.ShouldContain("mask_token");
        Should.Throw<InputException>(() => new MaskedTokenizer(Words, Templates, 5).Tokenize([new TextExample("[SEP]", None)], "x")).Message.ShouldContain("token to hide");
        Should.Throw<InputException>(() => new MaskedTokenizer(Words, Templates, 2).Tokenize([new TextExample("cat", None)], "x")).Message.ShouldContain("no room");
    }

    private static TokenizedDataset Long() => new MaskedTokenizer(Words, Templates, 102).Tokenize([new TextExample(string.Concat(Enumerable.Repeat("the cat sat dog ", 5000)), None)], "x");
}
