using System.Text.Json;
using Tributary.Federation.Methods;

namespace Tributary.Cli.Tests.Verbs;

public class MethodsVerbTests
{
    [Fact]
    public void The_catalogue_is_one_document_with_all_fourteen_parts()
    {
        var outcome = BuiltTool.Run("methods", "--json");

        outcome.Code.ShouldBe(0);
        outcome.Error.ShouldBeEmpty();
        using var document = JsonDocument.Parse(outcome.Output);
        document.RootElement.EnumerateArray().Select(m => m.GetProperty("id").GetString()).ShouldBe(Catalogue.All.Select(m => m.Id));
        foreach (var method in document.RootElement.EnumerateArray())
        {
            method.GetProperty("parts").EnumerateObject().Count().ShouldBe(14);
            method.GetProperty("basis").GetString().ShouldBeOneOf("verified", "reconstruction");
            method.GetProperty("challenges").ValueKind.ShouldBe(JsonValueKind.Array);
        }
    }

    [Fact]
    public void One_method_shows_in_what_it_differs()
    {
        var outcome = BuiltTool.Run("methods", "scaffold");

        outcome.Code.ShouldBe(0);
        outcome.Output.ShouldContain("│ server_step * ");
        outcome.Output.ShouldContain("* differs from fedit");
        outcome.Output.Split('\n').Single(line => line.StartsWith("│ dispatch", StringComparison.Ordinal)).ShouldNotContain("differs");
    }

    [Fact]
    public void A_page_tells_what_a_method_is_costs_and_reveals_and_how_to_run_it()
    {
        var page = BuiltTool.Run("methods", "flexlora").Output;

        page.ShouldContain("Bai et al. 2024, arXiv:2402.11505");
        page.ShouldContain("the paper or the authors' code was read");
        page.ShouldContain("rbla, from which it differs in capacity, combine");
        page.ShouldContain("values after training of lora_A, lora_B");
        page.ShouldContain("up 619 kB, down 619 kB for each client");
        page.ShouldContain("tributary compare FILE.yaml --methods fedit,flexlora");
    }

    [Fact]
    public void A_family_lists_its_own()
    {
        foreach (var family in Catalogue.All.Select(method => method.Family).Distinct())
        {
            var ids = JsonDocument.Parse(BuiltTool.Run("methods", "--family", family, "--json").Output).RootElement.EnumerateArray().Select(method => method.GetProperty("id").GetString());
            ids.ShouldBe(Catalogue.OfFamily(family).Select(method => method.Id));
        }
    }

    [Fact]
    public void A_part_is_shown_as_an_experiment_file_writes_it()
    {
        var line = BuiltTool.Run("methods", "fedit").Output.Split('\n').Single(l => l.Contains("adaptation"));

        line.ShouldContain("{ lora: { rank: 8, alpha: 16, dropout: 0, ");
    }

    [Fact]
    public void An_unknown_method_is_refused_with_the_nearest() => BuiltTool.Run("methods", "fedt").ShouldBeRefused().ShouldContain("did you mean 'fedit' or 'fedtt'?");
}
