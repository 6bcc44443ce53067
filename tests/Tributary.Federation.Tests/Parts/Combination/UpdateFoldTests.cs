using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Parts.Combination;

public sealed class UpdateFoldTests
{
    [Fact]
    public void Identical_updates_come_back_to_the_bit_whatever_their_weights()
    {
        float[] values = [0.1f, -3.3333333f, 1e-20f, 7e8f];
        var set = Sets.Of(Sets.Vector("x", values));
        Join(new Combine.Factors(), [0.3, 17, 5e5], set, set, set).Values().ShouldBe(values);
    }

    [Fact]
    public void Scaling_all_weights_changes_nothing() =>
        Join(new Combine.Factors(), [1, 3], Sets.X(1.2), Sets.X(0.6)).Values().ShouldBe(Join(new Combine.Factors(), [10, 30], Sets.X(1.2), Sets.X(0.6)).Values());

    [Fact]
    public void A_tensor_counts_for_those_who_sent_it()
    {
        var (one, both) = (Sets.Of(Sets.Vector("a", 2)), Sets.Of(Sets.Vector("a", 4), Sets.Vector("b", 8)));
        var joined = Join(new Combine.Factors(), [1, 3], one, both);
        joined.Values("a").ShouldBe([3.5f]);
        joined.Values("b").ShouldBe([8f]);
        Join(new Combine.Factors(Normaliser.All), [1, 3], one, both).Values("b").ShouldBe([6f]);
    }

    [Fact]
    public void A_row_counts_for_those_who_sent_it_and_one_that_nobody_sent_keeps_every_bit()
    {
        var key = Sets.Key("p", "prompt");
        MessageBody Part(float value, params int[] rows) => Sets.Body(Sets.Of(new HostTensor(key, [4, 1], [value, value, value, value]))) with
        {
            Parts = new Dictionary<TensorKey, TensorPart> { [key] = TensorPart.Rows([4, 1], Marks.Of(4, rows)) },
        };
        var whole = Sets.Body(Sets.Of(new HostTensor(key, [4, 1], [8, 8, 8, 8])));
        var layout = new TensorLayout([(key, [4, 1])]);

        float[] Joined(double[] weights, params MessageBody[] bodies) =>
            Fold(new MemoryUpdates(bodies, layout), new LinearSum(), weights, (senders, _) => senders).Join(layout, ParameterSet.Empty)[0].Values;

        Joined([1, 3], Part(2, 0, 1), Part(4, 1)).ShouldBe([2, 3.5f, 0, 0]);
        Joined([1, 3], Part(2, 0, 1), whole).ShouldBe([6.5f, 6.5f, 8, 8]);
        foreach (var kept in (float[])[-0f, 0, 1.5f, float.Epsilon])
        {
            BitConverter.SingleToUInt32Bits(kept + Joined([1], Part(2, 0))[3]).ShouldBe(BitConverter.SingleToUInt32Bits(kept));
        }
    }

    [Fact]
    public void Sums_of_parts_add_up_to_the_sum_of_all()
    {
        var (whole, left, right) = (new LinearSum(), new LinearSum(), new LinearSum());
        foreach (var sum in (LinearSum[])[whole, left, right])
        {
            sum.Begin(2);
        }

        for (var k = 0; k < 6; k++)
        {
            float[] values = [k, 1f / (k + 1)];
            whole.Add(values, [], k + 0.5);
            (k < 4 ? left : right).Add(values, [], k + 0.5);
        }

        left.Add(right);
        left.Coverage.ShouldBe(6);
        left.WeightAt(1).ShouldBe(whole.WeightAt(1), 1e-12);
        left.Sum.ToArray().ShouldBe(whole.Sum.ToArray(), 1e-12);
    }

    [Fact]
    public void Long_tensors_are_joined_block_by_block()
    {
        var ramp = Enumerable.Range(0, 200_001).Select(i => (float)i).ToArray();
        var set = Sets.Of(Sets.Vector("x", ramp));
        var twice = Sets.Of(Sets.Vector("x", [.. ramp.Select(v => 3 * v)]));
        foreach (var combine in (Combine[])[new Combine.Factors(), new Combine.Median(), new Combine.TrimmedMean(0.4)])
        {
            Join(combine, [1, 1, 1], set, set, combine is Combine.Factors ? set : twice).Values().ShouldBe(ramp);
        }
    }

    [Fact]
    public void Many_spooled_files_give_what_few_in_memory_give()
    {
        using var folder = new TemporaryFolder();
        var bodies = Enumerable.Range(0, 300).Select(k => Sets.Body(Sets.X(k, 1.0 / (k + 1)))).ToArray();
        var paths = bodies.Select((body, k) => (Path: folder.PathOf($"{k}"), Body: body)).Select(pair =>
        {
            MessageFile.Write(pair.Path, pair.Body);
            return pair.Path;
        }).ToArray();
        var layout = TensorLayout.Of(Sets.X(0, 0));
        double[] weights = [.. bodies.Select((_, k) => k + 1.0)];
        using var spool = new SpoolReader(paths, MessageSchema.Parameters(layout));
        var spooled = Fold(spool, new LinearSum(), weights, (senders, _) => senders).Join(layout, ParameterSet.Empty);
        var inMemory = Fold(new MemoryUpdates(bodies, layout), new LinearSum(), weights, (senders, _) => senders).Join(layout, ParameterSet.Empty);
        spooled.Values().ShouldBe(inMemory.Values());
    }

    /// <summary>Fixture F2 of ranks 1 and 2 with weights ¼ and ¾: one rule with and without coverage.</summary>
    [Theory]
    [InlineData(Normaliser.Senders, new[] { 2.5f, 3.5f, 5, 6 }, new[] { 0.25f, 1, 0.75f, 0 })]
    [InlineData(Normaliser.All, new[] { 2.5f, 3.5f, 3.75f, 4.5f }, new[] { 0.25f, 0.75f, 0.75f, 0 })]
    public void Ranks_count_for_those_who_have_them_or_as_zeros_for_the_others(Normaliser over, float[] a, float[] b)
    {
        var joined = Join(new Combine.Factors(over), [1, 3], Factors([1, 2], [1, 0]), Factors([3, 4, 5, 6], [0, 1, 1, 0]));
        joined[0].Values.ShouldBe(a);
        joined[1].Values.ShouldBe(b);
    }

    [Fact]
    public void A_rank_that_nobody_sent_is_taken_from_what_there_was()
    {
        var updates = new MemoryUpdates([Sets.Body(Factors([1, 2], [1, 0])), Sets.Body(Factors([3, 4], [5, 0]))], TensorLayout.Of(Factors(new float[4], new float[4])));
        var joined = Fold(updates, new LinearSum(), [1, 1], (senders, _) => senders).Join(TensorLayout.Of(Factors(new float[4], new float[4])), Factors([9, 9, 7, 8], [9, 7, 9, 8]));
        joined[0].Values.ShouldBe([2f, 3, 7, 8]);
        joined[1].Values.ShouldBe([3f, 7, 0, 8]);
    }

    [Fact]
    public void The_median_of_a_rank_is_over_those_who_have_it()
    {
        var joined = Join(new Combine.Median(), [1, 1, 1], Factors([1, 2], [1, 0]), Factors([3, 4, 5, 6], [0, 1, 1, 0]), Factors([5, 0, 7, 7], [2, 2, 2, 2]));
        joined[0].Values.ShouldBe([3f, 2, 6, 6.5f]);
    }

    private static ParameterSet Factors(float[] a, float[] b) => Sets.Of(
        new HostTensor(Sets.Key("a", "lora_A"), [a.Length / 2, 2], a), new HostTensor(Sets.Key("b", "lora_B"), [2, b.Length / 2], b));

    private static UpdateFold Fold(IUpdateSource updates, IBlockRule rule, double[] weights, Func<double, double, double> divisor) =>
        new(updates, MessageBody.Parameters, rule, (k, _) => weights[k], divisor);

    private static ParameterSet Join(Combine combine, double[] weights, params ParameterSet[] updates)
    {
        var layout = TensorLayout.Of(updates.MaxBy(update => (update.Count, update.Elements))!);
        var source = new MemoryUpdates([.. updates.Select(Sets.Body)], layout);
        return Fold(source, CombineRules.For(combine), weights, (senders, all) => CombineRules.Divisor(combine, senders, all, weights.Length)).Join(layout, ParameterSet.Empty);
    }
}
