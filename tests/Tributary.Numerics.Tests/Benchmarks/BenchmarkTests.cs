using Tributary.Numerics.Benchmarks;
using Tributary.Numerics.Cpu;

namespace Tributary.Numerics.Tests.Benchmarks;

public sealed class BenchmarkTests
{
    [Fact]
    public void Rates_are_work_over_the_injected_time()
    {
        var result = GemmBenchmark.Run(10, 20, 30, 1, new SteppingTime(TimeSpan.FromMilliseconds(1)));
        const double Expected = 2.0 * 10 * 20 * 30 / 1e-3 / 1e9;
        foreach (var rate in new[] { result.Gemm, result.Multiply, result.MultiplyTransposed })
        {
            rate.Best.ShouldBe(Expected, 1e-9);
            rate.Median.ShouldBe(Expected, 1e-9);
        }
    }

    [Theory]
    [InlineData(KernelSet.Portable)]
    [InlineData(KernelSet.Avx2)]
    public void Attention_counts_the_pairs_that_a_causal_mask_leaves(KernelSet kernels)
    {
        var result = AttentionBenchmark.Run(2, 5, 3, 8, 1, new SteppingTime(TimeSpan.FromMilliseconds(1)), kernels);
        var product = 2.0 * 8 * 3 * 2 * (1 + 2 + 3 + 4 + 5) / 1e-3 / 1e9;
        result.Forward.Best.ShouldBe(2 * product, 1e-12);
        result.Gradient.Best.ShouldBe(5 * product, 1e-12);
        result.KernelSet.ShouldBe(KernelSets.Name(kernels));
    }

    [Fact]
    public void What_is_shorter_than_the_clock_can_tell_still_has_a_rate()
    {
        var result = GemmBenchmark.Run(1, 1, 1, 1, TimeProvider.System);
        foreach (var rate in new[] { result.Gemm, result.Multiply, result.MultiplyTransposed, result.Ceiling })
        {
            rate.Best.ShouldBeInRange(double.Epsilon, 1e6);
            rate.Median.ShouldBeInRange(double.Epsilon, rate.Best);
        }
    }

    [Fact]
    public void Triad_counts_three_arrays_and_read_one()
    {
        var result = MemoryBenchmark.Run(2, new SteppingTime(TimeSpan.FromMilliseconds(10)), mebibytesPerArray: 1);
        result.Read.Best.ShouldBe(result.BytesPerArray / 1e-2 / 1e9, 1e-9);
        result.Triad.Best.ShouldBe(3 * result.Read.Best, 1e-9);
    }

    [Fact]
    public void A_probe_counts_its_array_once_a_pass()
    {
        using var probe = new ReadProbe(2);
        probe.Pass(new SteppingTime(TimeSpan.FromMilliseconds(10))).ShouldBe((128 << 20) / 1e-2 / 1e9, 1e-9);
    }

    [Fact]
    public void Absurd_sizes_are_refused()
    {
        Should.Throw<InputException>(() => GemmBenchmark.Run(0, 1, 1, 1, TimeProvider.System));
        Should.Throw<InputException>(() => GemmBenchmark.Run(1 << 20, 1 << 20, 1, 1, TimeProvider.System));
        Should.Throw<InputException>(() => AttentionBenchmark.Run(1 << 10, 1 << 10, 32, 64, 1, TimeProvider.System));
        Should.Throw<InputException>(() => MemoryBenchmark.Run(-1, TimeProvider.System));
    }

    private sealed class SteppingTime(TimeSpan step) : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now += step.Ticks;
    }
}
