using System.Text.Json;

namespace Tributary.Cli.Tests.Verbs;

public class VerifyVerbTests
{
    [Fact]
    public void A_folder_that_is_not_there_is_refused() => BuiltTool.Run("verify", "/nowhere/at/all").ShouldBeRefused();

    [Fact]
    public void What_is_not_supported_is_skipped_with_its_reason_in_one_document()
    {
        using var folder = new TemporaryFolder();
        folder.Write("math/of_the_future.json", "{}");

        var outcome = BuiltTool.Run("verify", folder.Root, "--json");

        outcome.Code.ShouldBe(0);
        using var document = JsonDocument.Parse(outcome.Output);
        document.RootElement.GetProperty("skipped").GetInt32().ShouldBe(1);
        var fixture = document.RootElement.GetProperty("fixtures")[0];
        fixture.GetProperty("path").GetString().ShouldBe("math/of_the_future.json");
        fixture.GetProperty("status").GetString().ShouldBe("skipped");
        fixture.GetProperty("why").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_fixture_that_cannot_be_read_fails_the_verb()
    {
        using var folder = new TemporaryFolder();
        folder.Write("math/clipping.json", "not json");

        var outcome = BuiltTool.Run("verify", folder.Root, "--json");

        outcome.Code.ShouldBe(1, outcome.Output);
        using var document = JsonDocument.Parse(outcome.Output);
        document.RootElement.GetProperty("failed").GetInt32().ShouldBe(1);
    }
}
