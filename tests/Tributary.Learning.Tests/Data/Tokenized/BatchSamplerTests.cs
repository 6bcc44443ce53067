using FsCheck;
using FsCheck.Fluent;
using Tributary.Learning.Data.Tokenized;
using Tributary.Numerics.Random;

namespace Tributary.Learning.Tests.Data.Tokenized;

public sealed class BatchSamplerTests
{
    [Fact]
    public void Every_epoch_visits_each_sample_once()
    {
        Prop.ForAll<PositiveInt, PositiveInt>((count, size) =>
        {
            var sampler = new BatchSampler(count.Get, size.Get, PhiloxStream.Root(7).Child("client-00"));
            for (var epoch = 0; epoch < 2; epoch++)
            {
                var seen = new List<int>();
                for (var batch = 0; batch < sampler.BatchesPerEpoch; batch++)
                {
                    seen.AddRange(sampler.Next().ToArray());
                }

                seen.Order().ShouldBe(Enumerable.Range(0, count.Get));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_stream_continues_where_it_was_saved()
    {
        var whole = new BatchSampler(10, 3, PhiloxStream.Root(7).Child("a"));
        for (var batch = 0; batch < 6; batch++)
        {
            whole.Next();
        }

        var resumed = new BatchSampler(10, 3, PhiloxStream.Root(7).Child("a")) { Position = whole.Position };
        for (var batch = 0; batch < 6; batch++)
        {
            resumed.Next().ToArray().ShouldBe(whole.Next().ToArray());
        }
    }

    [Fact]
    public void Seeds_streams_and_epochs_shuffle_differently()
    {
        int[] First(long seed, string stream, int epoch = 0) =>
            new BatchSampler(50, 50, PhiloxStream.Root(seed).Child(stream)) { Position = new StreamPosition(epoch, 0) }.Next().ToArray();

        First(1, "a").ShouldBe(First(1, "a"));
        First(1, "a").ShouldNotBe(First(2, "a"));
        First(1, "a").ShouldNotBe(First(1, "b"));
        First(1, "a").ShouldNotBe(First(1, "a", epoch: 1));
    }
}
