using System.Reflection;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

public sealed class CatalogueTests
{
    [Fact]
    public void Every_method_of_the_catalogue_is_listed()
    {
        var declared = typeof(Catalogue).GetProperties(BindingFlags.Static | BindingFlags.Public).Where(p => p.PropertyType == typeof(Method)).Select(p => ((Method)p.GetValue(null)!).Id);
        Catalogue.All.Select(method => method.Id).Order().ShouldBe(declared.Order());
    }

    [Fact]
    public void Every_method_says_what_it_is()
    {
        Catalogue.All.Select(method => method.Id).ShouldBeUnique();
        Catalogue.All.ShouldAllBe(method => method.Name.Length > 0 && method.Summary.Length > 0 && (method.Paper != null || method.Family == "baseline"));
    }

    [Fact]
    public void All_defaults_together_are_FedIT()
    {
        var defaults = new Method();
        (defaults with { Id = "fedit", Name = "FedIT", Paper = Catalogue.FedIt.Paper, Summary = Catalogue.FedIt.Summary, LocalProgram = Catalogue.FedIt.LocalProgram, Challenges = Catalogue.FedIt.Challenges })
            .ShouldBe(Catalogue.FedIt);
    }

    [Fact]
    public void An_unknown_id_suggests_the_nearest() =>
        Should.Throw<InputException>(() => Catalogue.Find("fedadm")).Message.ShouldContain("did you mean 'fedadam'?");

    [Fact]
    public void Families_are_found_by_name()
    {
        Catalogue.OfFamily("baseline").Select(method => method.Id).ShouldBe(["local-only", "pooled"]);
        Should.Throw<InputException>(() => Catalogue.OfFamily("lorra")).Message.ShouldContain("'lora'");
    }

    [Fact]
    public void Adaptive_methods_weigh_uniformly_and_momentum_by_data()
    {
        foreach (var method in (Method[])[Catalogue.FedAdagrad, Catalogue.FedAdam, Catalogue.FedYogi])
        {
            method.Weighting.ShouldBe(new Weighting.Uniform());
        }

        Catalogue.FedAvgM.Weighting.ShouldBe(new Weighting.Examples());
    }
}
