using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Parts.ServerSteps;

/// <summary>The scalar traces that the methods' specifications state: x = 1, clients 1.2 (1 example) and 0.6 (3 examples), then Δ as given.</summary>
public sealed class ServerRulesTests
{
    [Fact]
    public void FedAvgM_follows_its_trace()
    {
        var states = Trace(Catalogue.FedAvgM, -0.2);
        X(states[0]).ShouldBe(0.75, 1e-6);
        X(states[1]).ShouldBe(0.505, 1e-6);
    }

    [Fact]
    public void FedAdagrad_follows_its_trace()
    {
        var states = Trace(Catalogue.FedAdagrad, 0.4);
        X(states[0]).ShouldBe(0.99900995, 1e-7);
        X(states[1]).ShouldBe(0.99997774, 1e-7);
        states[1].Body.Section("second_moment").Values()[0].ShouldBe(0.170001f, 1e-6f);
    }

    [Fact]
    public void FedAdam_follows_its_trace()
    {
        var states = Trace(Catalogue.FedAdam, 0.4);
        X(states[0]).ShouldBe(0.99094972, 1e-7);
        X(states[1]).ShouldBe(0.98684444, 2e-7);
        states[1].Body.Section("second_moment").Values()[0].ShouldBe(1.249801e-4f, 1e-9f);
    }

    [Fact]
    public void FedYogi_follows_its_trace()
    {
        var states = Trace(Catalogue.FedYogi, 0.4);
        X(states[0]).ShouldBe(0.99095012, 1e-7);
        X(states[1]).ShouldBe(0.98686014, 2e-7);
        states[1].Body.Section("second_moment").Values()[0].ShouldBe(1.26e-4f, 1e-9f);
    }

    [Fact]
    public void The_original_Adam_squares_the_difference_instead_of_the_moment()
    {
        var original = Trace(Catalogue.FedAdam with { ServerStep = new ServerStep.Adam() }, 0.4);
        original[1].Body.Section("second_moment").Values()[0].ShouldBe((float)((0.99 * ((0.99 * 1e-6) + (0.01 * 0.01))) + (0.01 * 0.16)), 1e-8f);
    }

    [Fact]
    public void Momentum_without_beta_is_FedIT_in_every_round() =>
        Trace(Catalogue.FedAvgM with { ServerStep = new ServerStep.Momentum(Beta: 0, Damped: true) }, -0.2).Select(X)
            .ShouldBe(Trace(Catalogue.FedIt, -0.2).Select(X), 1e-7);

    [Fact]
    public void Momentum_keeps_moving_when_clients_return_what_they_got()
    {
        var states = Trace(Catalogue.FedAvgM, 0);
        (X(states[1]) - X(states[0])).ShouldBe(0.9 * -0.25, 1e-6);
    }

    [Theory]
    [InlineData("fedadagrad")]
    [InlineData("fedadam")]
    [InlineData("fedyogi")]
    public void Coordinates_without_a_difference_never_move(string id)
    {
        var state = ServerState.Initial(Sets.X(0.1, 0.7));
        var next = ServerRules.For(Catalogue.Find(id).ServerStep).Apply(state, new Joined(Sets.X(0.1, 0.9), false, ParameterSet.Empty), WeighedUpdates.None);
        next.Model.Values()[0].ShouldBe(0.1f);
        next.Model.Values()[1].ShouldNotBe(0.7f);
    }

    [Fact]
    public void The_first_step_of_Adam_is_bounded_by_ten_rates()
    {
        var next = ServerRules.For(Catalogue.FedAdam.ServerStep).Apply(ServerState.Initial(Sets.X(0)), new Joined(Sets.X(1e6), false, ParameterSet.Empty), WeighedUpdates.None);
        next.Model.Values()[0].ShouldBeInRange(0.0099f, 0.01f);
    }

    [Fact]
    public void Control_variates_are_divided_by_all_clients_not_by_senders()
    {
        var state = ServerState.Initial(Sets.X(1)).WithSection(MessageBody.Control, Sets.X(0.2));
        var layout = TensorLayout.Of(Sets.X(0));
        var updates = new MemoryUpdates([MessageBody.Empty.WithSection(MessageBody.Control, Sets.X(0.25))], layout);
        var change = new UpdateFold(updates, MessageBody.Control, new LinearSum(), (_, _) => 1, (_, _) => 4).Join(layout, ParameterSet.Empty);
        var next = ServerRules.For(Catalogue.Scaffold.ServerStep).Apply(state, new Joined(Sets.X(0.91), false, change), WeighedUpdates.None);
        next.Body.Section(MessageBody.Control).Values()[0].ShouldBe(0.2625f, 1e-7f);
        next.Model.Values()[0].ShouldBe(0.91f);
    }

    [Fact]
    public void Tensors_that_nobody_sent_stay()
    {
        var state = ServerState.Initial(Sets.Of(Sets.Vector("x", 1), Sets.Vector("y", 5)));
        foreach (var method in Catalogue.All)
        {
            var next = ServerRules.For(method.ServerStep).Apply(state, new Joined(Sets.X(2), false, ParameterSet.Empty), WeighedUpdates.None);
            next.Model.Values("y").ShouldBe([5f], method.Id);
        }
    }

    [Fact]
    public void Values_and_differences_give_the_same_model()
    {
        var state = ServerState.Initial(Sets.X(1));
        foreach (var method in Catalogue.All)
        {
            var byValue = ServerRules.For(method.ServerStep).Apply(state, new Joined(Sets.X(1.5), false, ParameterSet.Empty), WeighedUpdates.None);
            var byDelta = ServerRules.For(method.ServerStep).Apply(state, new Joined(Sets.X(0.5), true, ParameterSet.Empty), WeighedUpdates.None);
            byDelta.Model.Values().ShouldBe(byValue.Model.Values(), method.Id);
        }
    }

    private static double X(ServerState state) => state.Model.Values()[0];

    private static ServerState[] Trace(Method method, double secondDelta)
    {
        var layout = TensorLayout.Of(Sets.X(0));
        double[] weights = method.Weighting is Weighting.Examples ? [1, 3] : [1, 1];
        var updates = new MemoryUpdates([Sets.Body(Sets.X(1.2)), Sets.Body(Sets.X(0.6))], layout);
        var joined = new UpdateFold(updates, MessageBody.Parameters, CombineRules.For(method.Combine), (k, _) => weights[k], (senders, _) => senders).Join(layout, ParameterSet.Empty);
        var rule = ServerRules.For(method.ServerStep);
        var first = rule.Apply(ServerState.Initial(Sets.X(1)), new Joined(joined, false, ParameterSet.Empty), WeighedUpdates.None);
        return [first, rule.Apply(first, new Joined(Sets.X(secondDelta), true, ParameterSet.Empty), WeighedUpdates.None)];
    }
}
