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
        outcome.Output.Split('\n').Single(line => line.Contains("server_step")).ShouldContain("differs from fedit");
        outcome.Output.Split('\n').Single(line => line.Contains("dispatch")).ShouldNotContain("differs");
    }

    [Fact]
    public void A_part_is_shown_as_an_experiment_file_writes_it()
    {
        var line = BuiltTool.Run("methods", "fedit").Output.Split('\n').Single(l => l.Contains("adaptation"));

        line.ShouldContain("{ lora: { rank: 8, alpha: 16, dropout: 0, ");
    }

    [Fact]
    public void An_unknown_method_is_refused_with_the_nearest() => BuiltTool.Run("methods", "fedt").ShouldBeRefused().ShouldContain("did you mean 'fedit'?");
}
