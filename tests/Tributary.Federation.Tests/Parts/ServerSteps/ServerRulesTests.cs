using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Federation.Tests.Methods;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Parts.ServerSteps;

public sealed class ServerRulesTests
{
    [Fact]
    [Trait("Method", "scaffold")]
    [Checks(1, Of = "scaffold")]
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
    [Trait("Method", "fedit")]
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
    [Trait("Method", "fedit")]
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
}
