using Tributary.Federation.Methods;
using Tributary.Federation.Tests.Methods;

namespace Tributary.Federation.Tests.Parts.Combination;

public sealed class AggregationErrorTests
{
    // ‖[[−½, −½], [½, ½]]‖ / ‖[[½, 1], [3⁄2, 2]]‖
    [Fact]
    public void Averaged_factors_are_off_by_their_cross_covariance() =>
        LoraFixtures.Play(Catalogue.FedIt, LoraFixtures.F1).Metrics["aggregation_error"].ShouldBe(1 / Math.Sqrt(7.5), 1e-7);

    [Fact]
    public void Equal_updates_are_averaged_without_error() =>
        LoraFixtures.Play(Catalogue.FedIt, [LoraFixtures.F1[0], LoraFixtures.F1[0]]).Metrics["aggregation_error"].ShouldBe(0, 1e-7);

    [Fact]
    public void A_scale_changes_nothing_of_the_ratio() =>
        LoraFixtures.Play(Catalogue.FedIt, LoraFixtures.F1, alpha: 7).Metrics["aggregation_error"].ShouldBe(1 / Math.Sqrt(7.5), 1e-7);

    [Fact]
    public void Products_that_are_averaged_have_none() => LoraFixtures.Play(Catalogue.FlexLora, LoraFixtures.F2).Metrics.Keys.ShouldNotContain("aggregation_error");
}
