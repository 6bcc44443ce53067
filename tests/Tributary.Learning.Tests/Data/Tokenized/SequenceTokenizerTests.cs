using Tributary.Learning.Data;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Data.Tokenized.Targets;
using Tributary.Learning.Models;
using Tributary.Learning.Tokenizers;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class SequenceTokenizerTests
{
    private static readonly Dictionary<string, string> None = [];
    private static readonly ITokenizer Words = WordTokenizer.Of("the", "cat", "sat", "dog");
    private static readonly ISequenceTarget Target = new ClassTarget(new LabelSet(["no", "yes"]));

    [Fact]
    public void Texts_stand_in_the_frame_with_their_class_and_the_first_position_for_the_whole()
    {
        var data = new SequenceTokenizer(Words, Target, PooledRow.First, 8).Tokenize([new ClassificationExample("the cat", "yes", None), new ClassificationExample("dog", "0", None)], "x");
        var batch = new TokenRows();
        data.Fill(batch, [1, 0]);

        Words.Text(batch.Ids.ToArray()).ShouldBe("[CLS] dog [SEP] [CLS] the cat [SEP]");
        batch.Classes.ToArray().ShouldBe([0, 1]);
        batch.PooledRows.ToArray().ShouldBe([0, 3]);
        batch.LabelledRows.ShouldBe(0);
    }

    [Fact]
    public void Decoders_read_the_class_from_the_last_position()
    {
        var batch = new TokenRows();
        new SequenceTokenizer(Words, Target, PooledRow.Last, 8).Tokenize([new ClassificationExample("the cat", "yes", None)], "x").Fill(batch, [0]);
        batch.PooledRows.ToArray().ShouldBe([3]);
    }

    [Fact]
    public void The_texts_of_a_pair_have_types_of_their_own_and_share_the_length()
    {
        var data = new SequenceTokenizer(Words, Target, PooledRow.First, 7).Tokenize([new ClassificationExample("the cat sat the", "yes", None) { Pair = "dog sat" }], "x");
        var batch = new TokenRows();
        data.Fill(batch, [0]);

        Words.Text(batch.Ids.ToArray()).ShouldBe("[CLS] the cat [SEP] dog sat [SEP]");
        batch.Types.ToArray().ShouldBe([0, 0, 0, 0, 1, 1, 1]);
        data.Report.CutResponses.ShouldBe(1);
    }

    [Fact]
    public void What_cannot_be_used_is_refused_or_counted()
    {
        TokenizedDataset Tokenize(int length, params Example[] rows) => new SequenceTokenizer(Words, Target, PooledRow.First, length).Tokenize(rows, "north");

        Tokenize(8, new ClassificationExample("  ", "yes", None), new ClassificationExample("cat", "yes", None)).Report.Dropped.ShouldBe(1);
        Should.Throw<InputException>(() => Tokenize(8, new ClassificationExample("", "yes", None))).Message.ShouldContain("none of its 1 texts");
        Should.Throw<InputException>(() => Tokenize(8, new ClassificationExample("cat", "maybe", None))).Message.ShouldContain("north: label 'maybe' is out of range");
        Should.Throw<InputException>(() => Tokenize(8, new TextExample("cat", None))).Message.ShouldContain("data.format: classification");
        Should.Throw<InputException>(() => Tokenize(2, new ClassificationExample("cat", "yes", None))).Message.ShouldContain("no room");
    }
}
