using Tributary.Federation.Methods;
using Tributary.Federation.Results;

namespace Tributary.Federation.Tests.Methods;

public sealed class MethodsTableTests
{
    [Fact]
    public void The_page_is_current()
    {
        var docs = Path.Combine(Root(), "docs");
        var page = MethodsTable.Render(MethodsTable.Read(Path.Combine(docs, "comparisons")));
        var path = Path.Combine(docs, "methods.md");
        if (Environment.GetEnvironmentVariable("TRIBUTARY_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        File.ReadAllText(path).ShouldBe(page, "make it anew: TRIBUTARY_WRITE_DOCS=1 dotnet test tests/Tributary.Federation.Tests --filter MethodsTable");
    }

    [Fact]
    public void Every_published_method_is_held_to_a_specification_of_its_own() =>
        Catalogue.All.Where(method => method.Paper is not null && ConformanceCount.Own(method) == 0).Select(method => method.Id).ShouldBeEmpty();

    [Fact]
    public void Every_check_of_a_specification_is_held_by_a_test_or_named_open_with_its_reason()
    {
        var specified = Catalogue.All.Select(method => (method.Id, Checks: ConformanceCount.Specified(method))).Where(pair => pair.Checks is not null).ToArray();
        specified.Length.ShouldBeGreaterThan(40);
        foreach (var (id, checks) in specified)
        {
            checks!.Tested.Union(checks.Open.Select(open => open.Number)).Order().ShouldBe(Enumerable.Range(1, checks.Count), id);
            checks.Open.ShouldAllBe(open => open.Reason.Length > 0);
        }
    }

    [Fact]
    public void A_check_of_which_something_is_open_is_not_counted_as_held()
    {
        new SpecifiedChecks(3, [1, 2, 3], [new OpenCheckAttribute(2, "why")]).Held.ShouldBe(2);
        new SpecifiedChecks(3, [1, 3], [new OpenCheckAttribute(2, "why")]).Held.ShouldBe(2);
    }

    [Fact]
    public void Cases_are_counted_from_the_tests()
    {
        ConformanceCount.Own(Catalogue.FedMom).ShouldBe(typeof(FedMomTests).GetMethods().Count(method => method.IsDefined(typeof(FactAttribute), false)));
        ConformanceCount.Common(Catalogue.FedIt).ShouldBeGreaterThan(ConformanceCount.Common(Catalogue.FedAdam), "a server with a step of its own is left out of two checks");
    }

    [Fact]
    public void An_interval_needs_two_seeds_and_narrows_with_more()
    {
        MethodsTable.HalfInterval(new MeanDeviation(1, null, 1)).ShouldBeNull();
        MethodsTable.HalfInterval(new MeanDeviation(1, 0.1, 3))!.Value.ShouldBe(4.303 * 0.1 / Math.Sqrt(3), 1e-9);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tributary.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
