using Tributary.Federation.Clients;
using Tributary.Federation.Messages;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Servings;

namespace Tributary.Federation.Tests.Parts.Servings;

public sealed class ServingRulesTests
{
    [Fact]
    public void Private_tensors_take_the_place_of_global_ones_where_asked()
    {
        var global = Sets.Of(Sets.Vector("a", 1), Sets.Vector("b", 2));
        var state = MessageBody.Empty.WithSection(LocalProgramRunner.PrivateSection, Sets.Of(Sets.Vector("b", 9)));
        ServingRules.For(new Serving.Global(), global, state).Values("b").ShouldBe([2f]);
        var personal = ServingRules.For(new Serving.GlobalAndPrivate(), global, state);
        personal.Values("a").ShouldBe([1f]);
        personal.Values("b").ShouldBe([9f]);
        ServingRules.For(new Serving.GlobalAndPrivate(), global, MessageBody.Empty).Values("b").ShouldBe([2f]);
    }
}
