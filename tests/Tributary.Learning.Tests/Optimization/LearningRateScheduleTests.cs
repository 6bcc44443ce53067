using System.Text.Json;
using Tributary.Learning.Optimization;
using Tributary.Numerics;

namespace Tributary.Learning.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    public static TheoryData<LearningRateSchedule> WithWarmup =>
    [
        new LearningRateSchedule.ConstantWithWarmup(4),
        new LearningRateSchedule.Linear(4),
        new LearningRateSchedule.Cosine(4),
        new LearningRateSchedule.CosineWithRestarts(4, 2),
        new LearningRateSchedule.Polynomial(4, 1e-5, 2),
        new LearningRateSchedule.InverseSqrt(4),
        new LearningRateSchedule.Cosine { WarmupRatio = 0.2 },
        new LearningRateSchedule.Linear { WarmupRatio = 0.16 },
    ];

    [Theory]
    [MemberData(nameof(WithWarmup))]
    public void Warm_up_rises_in_a_straight_line_to_the_base_rate(LearningRateSchedule schedule)
    {
        for (var step = 0; step <= 4; step++)
        {
            schedule.At(step, 20, 0.5).ShouldBe(0.5 * step / 4, 1e-15);
        }
    }

    [Theory]
    [MemberData(nameof(WithWarmup))]
    public void A_schedule_survives_json(LearningRateSchedule schedule) =>
        JsonSerializer.Deserialize<LearningRateSchedule>(JsonSerializer.Serialize(schedule)).ShouldBe(schedule);

    [Fact]
    public void Linear_and_cosine_end_at_zero_and_polynomial_at_its_end_rate()
    {
        new LearningRateSchedule.Linear(2).At(10, 10, 1).ShouldBe(0);
        new LearningRateSchedule.Cosine(2).At(10, 10, 1).ShouldBe(0, 1e-15);
        new LearningRateSchedule.Polynomial(2, 0.25, 3).At(10, 10, 1).ShouldBe(0.25);
    }

    [Fact]
    public void A_cosine_can_end_above_zero()
    {
        var schedule = new LearningRateSchedule.Cosine(EndRate: 0.2);
        schedule.At(0, 10, 1).ShouldBe(1);
        schedule.At(5, 10, 1).ShouldBe(0.6, 1e-15);
        schedule.At(10, 10, 1).ShouldBe(0.2, 1e-15);
    }

    [Fact]
    public void Restarts_return_to_the_base_rate() => new LearningRateSchedule.CosineWithRestarts(0, 2).At(5, 10, 1).ShouldBe(1);

    [Fact]
    public void Polynomial_that_would_rise_is_refused() =>
        Should.Throw<InputException>(() => new LearningRateSchedule.Polynomial(0, 1).At(1, 10, 0.5));

    [Fact]
    public void A_run_without_steps_after_the_warm_up_is_defined() => new LearningRateSchedule.Cosine(5).At(5, 5, 1).ShouldBe(1);
}
