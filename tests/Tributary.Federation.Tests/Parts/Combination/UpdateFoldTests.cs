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
        MessageBody Part(float value, params int[] rows) =>
            Sets.Body(Sets.Of(new HostTensor(key, [4, 1], [value, value, value, value]))) with { Rows = new Dictionary<TensorKey, RowMask> { [key] = RowMask.Of(4, rows) } };
        var whole = Sets.Body(Sets.Of(new HostTensor(key, [4, 1], [8, 8, 8, 8])));
        var layout = new TensorLayout([(key, [4, 1])]);

        float[] Joined(double[] weights, params MessageBody[] bodies) =>
            UpdateFold.Join(new MemoryUpdates(bodies), layout, MessageBody.Parameters, new LinearSum(), weights, senders => senders)[0].Values;

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
            whole.Add(values, k + 0.5);
            (k < 4 ? left : right).Add(values, k + 0.5);
        }

        left.Add(right);
        left.Coverage.ShouldBe(6);
        left.Weight.ShouldBe(whole.Weight, 1e-12);
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
        using var spool = new SpoolReader(paths, layout);
        var spooled = UpdateFold.Join(spool, layout, MessageBody.Parameters, new LinearSum(), weights, senders => senders);
        var inMemory = UpdateFold.Join(new MemoryUpdates(bodies), layout, MessageBody.Parameters, new LinearSum(), weights, senders => senders);
        spooled.Values().ShouldBe(inMemory.Values());
    }

    private static ParameterSet Join(Combine combine, double[] weights, params ParameterSet[] updates) => UpdateFold.Join(
        new MemoryUpdates([.. updates.Select(Sets.Body)]),
        TensorLayout.Of(updates.MaxBy(update => update.Count)!),
        MessageBody.Parameters,
        CombineRules.For(combine),
        weights,
        senders => CombineRules.Divisor(combine, senders, weights.Sum()));
}
