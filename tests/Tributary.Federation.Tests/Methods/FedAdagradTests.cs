using Tributary.Federation.Methods;
using Tributary.Federation.State;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedadagrad")]
public sealed class FedAdagradTests
{
    private const double Rate = 1e-3;

    [Fact]
    [Checks(1, 4)]
    public void It_follows_the_trace_of_its_specification_whatever_the_examples()
    {
        foreach (var examples in (double[][])[[1, 3], [3, 1], [100, 1]])
        {
            var states = ScalarTrace.Of(Catalogue.FedAdagrad, examples, 0.4);
            ScalarTrace.X(states[0]).ShouldBe(0.99900995, 1e-7);
            ScalarTrace.V(states[0]).ShouldBe(0.010001, 1e-8);
            ScalarTrace.X(states[1]).ShouldBe(0.99997774, 1e-7);
            ScalarTrace.V(states[1]).ShouldBe(0.170001, 1e-7);
        }
    }

    [Fact]
    [Checks(2, 3)]
    public void A_step_is_shorter_than_the_rate_and_v_never_falls()
    {
        var states = ScalarTrace.Of(Catalogue.FedAdagrad, 0.4, -1000, 1e-4, 1000, 0, -5);
        foreach (var (before, after) in states.Zip(states.Skip(1)))
        {
            Math.Abs(ScalarTrace.X(after) - ScalarTrace.X(before)).ShouldBeLessThan(Rate * (1 + 1e-4), "single precision apart");
            ScalarTrace.V(after).ShouldBeGreaterThanOrEqualTo(ScalarTrace.V(before));
        }
    }

    [Fact]
    [Checks(3)]
    public void Coordinates_without_a_difference_do_not_move()
    {
        var next = ScalarTrace.Step(Catalogue.FedAdagrad, ServerState.Initial(Sets.X(0.1, 0.7)), 0, 0.2);
        next.Model.Values()[0].ShouldBe(0.1f);
        next.Model.Values()[1].ShouldNotBe(0.7f);
    }

    [Fact]
    [Checks(5)]
    public void It_is_found_by_its_name() => Catalogue.Find("fedadagrad").ServerStep.ShouldBe(Catalogue.FedAdagrad.ServerStep);
}
