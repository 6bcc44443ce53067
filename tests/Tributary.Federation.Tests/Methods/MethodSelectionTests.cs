using Tributary.Federation.Methods;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

public sealed class MethodSelectionTests
{
    [Fact]
    public void Ids_and_families_give_each_method_once_in_the_order_of_the_catalogue()
    {
        MethodSelection.Parse("scaffold, fedit,scaffold").Select(method => method.Id).ShouldBe(["fedit", "scaffold"]);
        MethodSelection.Parse("fedit,family:lora").Select(method => method.Id).ShouldBe(Catalogue.OfFamily("lora").Select(method => method.Id));
    }

    [Theory]
    [InlineData("fedt", "did you mean 'fedit' or 'fedtt'?")]
    [InlineData("family:lorra", "did you mean 'lora'?")]
    [InlineData(" , ", "names no method")]
    public void Unknown_names_are_refused(string text, string reason) => Should.Throw<InputException>(() => MethodSelection.Parse(text)).Message.ShouldContain(reason);
}
