using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedadam")]
public sealed class FedAdamTests
{
    private const double Rate = 1e-3;

    [Fact]
    [Checks(1)]
    public void It_follows_the_trace_of_its_specification()
    {
        var states = ScalarTrace.Of(Catalogue.FedAdam, 0.4);
        states[0].Body.Section(ScalarTrace.First).Values()[0].ShouldBe(-0.1f, 1e-7f);
        ScalarTrace.V(states[0]).ShouldBe(1.0099e-4, 1e-9);
        ScalarTrace.X(states[0]).ShouldBe(0.99094972, 1e-7);
        states[1].Body.Section(ScalarTrace.First).Values()[0].ShouldBe(-0.05f, 1e-7f);
        ScalarTrace.V(states[1]).ShouldBe(1.249801e-4, 1e-9);
        ScalarTrace.X(states[1]).ShouldBe(0.98684444, 2e-7);
    }

    [Fact]
    [Checks(2)]
    public void The_original_squares_the_difference_instead_of_the_moment()
    {
        var original = ScalarTrace.Of(Catalogue.FedAdam with { ServerStep = new ServerStep.Adam() }, 0.4);
        ScalarTrace.V(original[1]).ShouldBe((0.99 * ((0.99 * 1e-6) + (0.01 * 0.01))) + (0.01 * 0.16), 1e-8);
        ScalarTrace.V(original[1]).ShouldBeGreaterThan(10 * ScalarTrace.V(ScalarTrace.Of(Catalogue.FedAdam, 0.4)[1]));
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(0.1)]
    [InlineData(1e6)]
    [Checks(3)]
    public void The_first_step_is_bounded_by_ten_rates(double difference)
    {
        var next = ScalarTrace.Step(Catalogue.FedAdam, ServerState.Initial(Sets.X(0)), difference);
        ScalarTrace.X(next).ShouldBeInRange(0, 10 * Rate * (1 + 1e-6));
    }

    [Fact]
    [Checks(4)]
    public void Coordinates_that_never_had_a_difference_never_move()
    {
        var state = ServerState.Initial(Sets.X(0.1, 0.7));
        for (var round = 0; round < 4; round++)
        {
            state = ScalarTrace.Step(Catalogue.FedAdam, state, 0, 0.2);
        }

        state.Model.Values()[0].ShouldBe(0.1f);
        state.Model.Values()[1].ShouldNotBe(0.7f);
    }

    [Fact]
    [Checks(5)]
    public void Both_factors_move_alike_in_the_first_round_although_A_has_no_gradient_at_first()
    {
        using var own = new LoraFederation(Catalogue.FedAdam);
        using var plain = new LoraFederation(Catalogue.FedIt);
        var (normalised, averaged) = (Ratio(own, LoraFederation.A, LoraFederation.B), Ratio(plain, LoraFederation.A, LoraFederation.B));
        normalised.ShouldBeInRange(0.5, 2);
        averaged.ShouldBeGreaterThan(1.5 * normalised);
    }

    // How far B has moved over how far A has, by their medians.
    private static double Ratio(LoraFederation federation, TensorKey a, TensorKey b)
    {
        var model = federation.Run(1)[0].Model;
        return Moved(b) / Moved(a);

        double Moved(TensorKey key) => model[key].Values.Zip(federation.Start[key].Values, (after, before) => Math.Abs((double)after - before)).Order().ElementAt(model[key].Values.Length / 2);
    }
}
