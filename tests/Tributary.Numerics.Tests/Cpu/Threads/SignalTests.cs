using Tributary.Numerics.Cpu.Threads;

namespace Tributary.Numerics.Tests.Cpu.Threads;

public sealed class SignalTests
{
    [Fact]
    public void Given_before_the_wait_it_lets_one_wait_through()
    {
        using var signal = new Signal();
        signal.Set();
        signal.Set();
        signal.Wait();

        var second = new Thread(signal.Wait) { IsBackground = true };
        second.Start();
        second.Join(TimeSpan.FromMilliseconds(50)).ShouldBeFalse();

        signal.Set();
        second.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(5_000, 0)]
    [InlineData(200, 1)]
    public void No_signal_is_lost_between_two_threads_that_wait_for_each_other(int times, int pause)
    {
        using var there = new Signal();
        using var back = new Signal();
        var value = 0;
        var other = new Thread(() =>
        {
            for (var i = 0; i < times; i++)
            {
                there.Wait();
                value++;
                back.Set();
            }
        }) { IsBackground = true };
        other.Start();

        for (var i = 0; i < times; i++)
        {
            Thread.Sleep(pause); // long enough for the other to fall asleep
            value++;
            there.Set();
            back.Wait();
            value.ShouldBe(2 * (i + 1));
        }

        other.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }
}
