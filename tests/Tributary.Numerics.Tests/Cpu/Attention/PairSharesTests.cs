using Tributary.Numerics.Cpu.Attention;
using Tributary.Numerics.Random;

namespace Tributary.Numerics.Tests.Cpu.Attention;

public unsafe class PairSharesTests
{
    [Fact]
    public void Parts_follow_each_other_and_hold_every_item_once()
    {
        var random = PhiloxStream.Root(3).Sequence();
        for (var trial = 0; trial < 500; trial++)
        {
            var lengths = Enumerable.Range(0, 1 + random.Index(9)).Select(_ => random.Index(300)).ToArray();
            var (heads, parts) = (1 + random.Index(5), 1 + random.Index(20));
            var begins = Begins(lengths, heads, parts);
            begins[0].ShouldBe(0);
            begins[^1].ShouldBe(heads * lengths.Length);
            begins.ShouldBe(begins.Order());
        }
    }

    [Theory]
    [InlineData(new[] { 512, 64, 64, 64, 64, 64, 64, 64 }, 1, 1)]
    [InlineData(new[] { 100, 100, 100, 100, 200 }, 1, 4)]
    [InlineData(new[] { 10, 10, 10, 10 }, 1, 2)]
    [InlineData(new[] { 300, 20, 20 }, 2, 3)]
    public void Of_two_parts_the_second_begins_where_half_of_the_pairs_are_done(int[] lengths, int heads, int second) => Begins(lengths, heads, 2)[1].ShouldBe(second);

    private static int[] Begins(int[] lengths, int heads, int parts)
    {
        var segments = lengths.Select((length, s) => new Segment(lengths.Take(s).Sum(), length, lengths.Take(s).Sum(), length)).ToArray();
        fixed (Segment* list = segments)
        {
            var shares = new PairShares(list, segments.Length, heads, segments.Sum(PairShares.Pairs), parts);
            var begins = new int[parts + 1];
            for (var part = 0; part <= parts; part++)
            {
                begins[part] = shares.Begin(part);
            }

            return begins;
        }
    }
}
