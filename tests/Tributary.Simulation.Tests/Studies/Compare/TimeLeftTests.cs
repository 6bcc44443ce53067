using Tributary.Simulation.Studies.Compare;

namespace Tributary.Simulation.Tests.Studies.Compare;

public sealed class TimeLeftTests
{
    private readonly SetClock clock = new();
    private readonly TimeLeft left;

    public TimeLeftTests() => left = new TimeLeft(clock, [KeyValuePair.Create("long", 5), KeyValuePair.Create("short", 4)]);

    [Fact]
    public void Nothing_is_said_before_a_run_was_played()
    {
        left.Open("long");
        clock.Add(30);
        left.Estimate.ShouldBeNull();
        left.Runs.ShouldBe(9);
    }

    [Fact]
    public void Each_data_set_goes_on_at_its_own_pace_and_one_not_begun_at_that_of_the_others()
    {
        left.Open("long");
        Play(20);
        Play(40);
        left.Estimate.ShouldBe(TimeSpan.FromSeconds((3 + 4) * 30));
        left.Open("short");
        Play(10);
        left.Estimate.ShouldBe(TimeSpan.FromSeconds((3 * 30) + (3 * 10)));
    }

    [Fact]
    public void Runs_that_were_whole_already_do_not_hasten_it()
    {
        left.Open("long");
        left.Finish(wasWhole: true);
        left.Finish(wasWhole: true);
        Play(20);
        left.Estimate.ShouldBe(TimeSpan.FromSeconds((2 + 4) * 20));
        left.Runs.ShouldBe(6);
    }

    private void Play(int seconds)
    {
        clock.Add(seconds);
        left.Finish(wasWhole: false);
    }

    private sealed class SetClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => now;

        public void Add(int seconds) => now += seconds;
    }
}
