using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.State;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedyogi")]
public sealed class FedYogiTests
{
    private const double OneMinusBeta2 = 1 - 0.99;

    [Fact]
    [Checks(1)]
    public void It_follows_the_trace_of_its_specification()
    {
        var states = ScalarTrace.Of(Catalogue.FedYogi, 0.4);
        ScalarTrace.V(states[0]).ShouldBe(1.01e-4, 1e-9);
        ScalarTrace.X(states[0]).ShouldBe(0.99095012, 1e-7);
        states[1].Body.Section(ScalarTrace.First).Values()[0].ShouldBe(-0.05f, 1e-7f);
        ScalarTrace.V(states[1]).ShouldBe(1.26e-4, 1e-9);
        ScalarTrace.X(states[1]).ShouldBe(0.98686014, 2e-7);
    }

    [Fact]
    [Checks(2)]
    public void V_moves_by_a_hundredth_of_the_squared_moment_up_and_down_and_stays_above_zero()
    {
        var states = ScalarTrace.Of(Catalogue.FedYogi, 30, 20, 0, 0, 0, 0, 0, 0, -40, 0, 0);
        var directions = new HashSet<int>();
        foreach (var (before, after) in states.Zip(states.Skip(1)))
        {
            var moment = (double)after.Body.Section(ScalarTrace.First).Values()[0];
            var change = ScalarTrace.V(after) - ScalarTrace.V(before);
            Math.Abs(change).ShouldBe(OneMinusBeta2 * moment * moment, 1e-6 * ScalarTrace.V(before) + 1e-6);
            ScalarTrace.V(after).ShouldBeGreaterThan(0);
            directions.Add(Math.Sign(change));
        }

        directions.ShouldContain(1);
    }

    [Fact]
    [Checks(3)]
    public void V_falls_only_while_it_is_above_the_squared_moment()
    {
        // From tau² = 1 and small differences.
        var method = Catalogue.FedYogi with { ServerStep = new ServerStep.Yogi(Tau: 1) };
        var state = ServerState.Initial(Sets.X(0));
        for (var round = 0; round < 50; round++)
        {
            var next = ScalarTrace.Step(method, state, 0.5);
            ScalarTrace.V(next).ShouldBe((round == 0 ? 1 : ScalarTrace.V(state)) - (OneMinusBeta2 * 0.25), 1e-6);
            state = next;
        }

        ScalarTrace.V(state).ShouldBeGreaterThan(0.25);
    }

    [Fact]
    [Checks(4)]
    public void V_stays_where_it_equals_the_squared_moment()
    {
        var method = Catalogue.FedYogi with { ServerStep = new ServerStep.Yogi(Tau: 0.5, Form: MomentForm.OpenFedLlm) };
        var state = ScalarTrace.Step(method, ServerState.Initial(Sets.X(0)), 0.5);
        ScalarTrace.V(state).ShouldBe(0.25);
        ScalarTrace.V(ScalarTrace.Step(method, state, 0.5)).ShouldBe(0.25);
    }

    [Fact]
    [Checks(5)]
    public void While_v_is_far_below_the_squared_moment_it_is_FedAdam() =>
        ScalarTrace.Of(Catalogue.FedYogi, 0.4).Select(ScalarTrace.X).ShouldBe(ScalarTrace.Of(Catalogue.FedAdam, 0.4).Select(ScalarTrace.X), 2e-5);
}
