using Tributary.Federation.Methods;
using Tributary.Federation.Parts;

namespace Tributary.Federation.Tests.Parts;

public sealed class ScheduleTests
{
    private static readonly Overrides Uniform = new(Weighting: new Weighting.Uniform());

    [Fact]
    public void Parity_alternates_from_the_first_round()
    {
        var method = Catalogue.FedIt with { Schedule = new Schedule.Parity(Uniform, Overrides.None) };
        method.At(1).Weighting.ShouldBe(new Weighting.Uniform());
        method.At(2).Weighting.ShouldBe(new Weighting.Examples());
        method.At(3).Weighting.ShouldBe(new Weighting.Uniform());
    }

    [Fact]
    public void The_last_stage_that_has_begun_is_active()
    {
        var method = Catalogue.FedIt with { Schedule = new Schedule.Stages([new Stage(2, Uniform), new Stage(4, new Overrides(Pace: new Pace.FirstK(1)))]) };
        method.At(1).Weighting.ShouldBe(new Weighting.Examples());
        method.At(3).Weighting.ShouldBe(new Weighting.Uniform());
        method.At(4).Weighting.ShouldBe(new Weighting.Examples());
        method.At(9).Pace.ShouldBe(new Pace.FirstK(1));
    }
}
