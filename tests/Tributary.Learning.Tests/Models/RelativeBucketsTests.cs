using Tributary.Learning.Models.T5;

namespace Tributary.Learning.Tests.Models;

public class RelativeBucketsTests
{
    /// <summary>T5's usual 32 buckets up to distance 128; distances at which the reference implementation, in single precision, goes to the next bucket.</summary>
    [Theory]
    [InlineData(false, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113 })]
    [InlineData(true, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91 })]
    public void Small_distances_have_their_own_buckets_and_large_ones_share(bool bothSides, int[] borders)
    {
        var buckets = RelativeBuckets.Of(32, 128, bothSides);
        for (var away = 0; away <= 128; away++)
        {
            var expected = borders.Count(border => border <= away);
            buckets[128 - away].ShouldBe(expected, $"{away} keys back");
            buckets[128 + away].ShouldBe(!bothSides ? 0 : away == 0 ? 0 : 16 + expected, $"{away} keys on");
        }
    }

    [Theory]
    [InlineData(8, 20, true)]
    [InlineData(8, 20, false)]
    [InlineData(4, 3, true)]
    [InlineData(33, 17, false)]
    [InlineData(64, 4096, true)]
    public void Every_bucket_exists_and_more_distance_never_means_less(int count, int largest, bool bothSides)
    {
        var buckets = RelativeBuckets.Of(count, largest, bothSides);
        buckets.Length.ShouldBe((2 * largest) + 1);
        buckets.ShouldAllBe(bucket => bucket >= 0 && bucket < count);
        var behind = buckets[..(largest + 1)].Reverse().ToArray();
        behind.ShouldBe(behind.Order());
        behind[^1].ShouldBe((bothSides ? count / 2 : count) - 1);
    }
}
