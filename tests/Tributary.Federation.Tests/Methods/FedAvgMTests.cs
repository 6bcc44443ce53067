using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.State;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedavgm")]
public sealed class FedAvgMTests
{
    [Fact]
    [Checks(1, 3)]
    public void It_follows_the_trace_of_its_specification()
    {
        var states = ScalarTrace.Of(Catalogue.FedAvgM, -0.2);
        ScalarTrace.X(states[0]).ShouldBe(0.75, 1e-6, "the whole difference of the first round, not a tenth of it");
        ScalarTrace.X(states[1]).ShouldBe(0.505, 1e-6);
    }

    [Fact]
    [Checks(2)]
    public void Without_beta_it_is_FedIT_in_every_round() =>
        ScalarTrace.Of(Catalogue.FedAvgM with { ServerStep = new ServerStep.Momentum(Beta: 0, Damped: true) }, -0.2, 0.7).Select(ScalarTrace.X)
            .ShouldBe(ScalarTrace.Of(Catalogue.FedIt, -0.2, 0.7).Select(ScalarTrace.X), 1e-7);

    [Fact]
    [Checks(4)]
    public void It_keeps_moving_when_clients_return_what_they_got()
    {
        var states = ScalarTrace.Of(Catalogue.FedAvgM, 0);
        (ScalarTrace.X(states[1]) - ScalarTrace.X(states[0])).ShouldBe(0.9 * -0.25, 1e-6);
    }

    [Fact]
    [Checks(5)]
    public void The_product_overshoots_where_its_factors_do_not()
    {
        // Two factors from 1 to 2, then clients return what they got.
        var first = ScalarTrace.Step(Catalogue.FedAvgM, ServerState.Initial(Sets.X(1, 1)), 1, 1);
        var second = ScalarTrace.Step(Catalogue.FedAvgM, first, 0, 0);
        ScalarTrace.X(second).ShouldBe(2.9, 1e-6);
        (ScalarTrace.X(second) - ScalarTrace.X(first)).ShouldBeLessThan(ScalarTrace.X(first) - 1, "a factor moves less than before");
        (Product(second) - Product(first)).ShouldBeGreaterThan(Product(first) - 1, "the product moves further");
    }

    private static double Product(ServerState state) => state.Model.Values()[0] * (double)state.Model.Values()[1];
}
