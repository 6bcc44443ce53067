using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Parts.Servings;

public sealed class ServingRulesTests
{
    private static readonly ServerState Global = ServerState.Initial(Sets.Of(Sets.Vector("a", 1), Sets.Vector("b", 2)));
    private static readonly MessageBody Own = MessageBody.Empty.WithSection(LocalProgramRunner.PrivateSection, Sets.Of(Sets.Vector("b", 9)));

    [Fact]
    public void Private_tensors_take_the_place_of_global_ones_where_asked()
    {
        Values(new Serving.Global(), Own).Values("b").ShouldBe([2f]);
        foreach (var serving in (Serving[])[new Serving.GlobalAndPrivate(), new Serving.ReceivedAndPrivate()])
        {
            var personal = Values(serving, Own);
            personal.Values("a").ShouldBe([1f]);
            personal.Values("b").ShouldBe([9f]);
            Values(serving, MessageBody.Empty).Values("b").ShouldBe([2f]);
        }
    }

    private static ParameterSet Values(Serving serving, MessageBody kept) =>
        ServingRules.Values(new RunPlan("run", "config", Catalogue.FedIt with { Serving = serving }, 1, ["c"], TensorLayout.Of(Global.Model), 1), Global, "c", kept);
}
