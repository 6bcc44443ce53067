using Tributary.Federation.Methods;

namespace Tributary.Federation.Tests.Methods;

public sealed class MethodPartsTests
{
    [Fact]
    public void There_are_fourteen() => MethodParts.Of(Catalogue.FedIt).Count.ShouldBe(14);

    [Fact]
    public void The_nearest_relative_differs_in_the_fewest_parts()
    {
        MethodParts.NearestRelative(Catalogue.FedIt).ShouldBeNull();
        MethodParts.NearestRelative(Catalogue.FlexLora)!.Id.ShouldBe("rbla");
        MethodParts.Difference(Catalogue.FlexLora, Catalogue.Rbla).ShouldBe(["capacity", "combine"]);
        MethodParts.NearestRelative(Catalogue.Scaffold)!.Id.ShouldBe("fedit");
    }
}
