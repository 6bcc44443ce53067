using System.Text.Json;
using Tributary.Cli.Tests.Runs;

namespace Tributary.Cli.Tests.Verbs;

public class CompareVerbTests
{
    [Fact]
    public void One_table_and_one_document_with_a_row_for_each_run()
    {
        using var experiment = new TinyExperiment();
        var outcome = BuiltTool.Run("compare", experiment.File, "--methods", "fedit,flexlora", "--seeds", "2", "--out", Path.Combine(experiment.Root, "compared"), "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        var rows = document.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        rows.Count(row => row.GetProperty("method").GetString() == "flexlora").ShouldBe(2);
        foreach (var row in rows.Where(row => row.GetProperty("bytes_up").GetInt64() > 0))
        {
            row.GetProperty("metrics").GetProperty("loss").GetDouble().ShouldBeGreaterThan(0);
            row.GetProperty("metrics").GetProperty("accuracy").GetDouble().ShouldBeInRange(0, 1);
            row.GetProperty("fairness").GetProperty("worst").GetDouble().ShouldBeGreaterThan(0);
            row.GetProperty("bytes_down").GetInt64().ShouldBeGreaterThan(0);
            row.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
            row.GetProperty("peak_rss_bytes").GetInt64().ShouldBeGreaterThan(10_000_000);
        }

        document.RootElement.GetProperty("summary").GetArrayLength().ShouldBe(5);
        File.Exists(Path.Combine(experiment.Root, "compared", "compare.html")).ShouldBeTrue();
        var again = BuiltTool.Run("resume", Path.Combine(experiment.Root, "compared"));
        again.Code.ShouldBe(0, again.Error);
        again.Output.ShouldContain("flexlora");
        again.Output.ShouldContain("local-only");
    }

    [Fact]
    public void Ctrl_C_says_how_to_go_on_and_the_comparison_goes_on()
    {
        using var experiment = new TinyExperiment("evaluation: { every: 10 }\n");
        var folder = Path.Combine(experiment.Root, "interrupted");
        experiment.Change("rounds: 3", "rounds: 40");
        using var tool = BuiltTool.Start("compare", experiment.File, "--methods", "fedit,scaffold,rolora", "--out", folder);
        for (var looks = 0; looks < 3000 && !tool.HasExited && !(Directory.Exists(folder) && Directory.EnumerateFiles(folder, "journal.jsonl", SearchOption.AllDirectories).Any()); looks++)
        {
            Thread.Sleep(20);
        }

        tool.Interrupt();

        var outcome = tool.Outcome();
        outcome.Code.ShouldBe(130, outcome.Error);
        outcome.Error.ShouldContain($"tributary resume {folder}");
        BuiltTool.Run("resume", folder).Code.ShouldBe(0);
        File.Exists(Path.Combine(folder, "compare.json")).ShouldBeTrue();
    }

    [Fact]
    public void What_is_wrong_is_refused_before_anything_is_written()
    {
        using var experiment = new TinyExperiment();
        var folder = Path.Combine(experiment.Root, "none");
        BuiltTool.Run("compare", experiment.File, "--methods", "fedt", "--out", folder).ShouldBeRefused().ShouldContain("did you mean 'fedit'?");
        BuiltTool.Run("compare", experiment.File).ShouldBeRefused().ShouldContain("--methods");
        BuiltTool.Run("compare", experiment.File, "--methods", "fedit", "--out", Path.Combine(experiment.Root, "data")).ShouldBeRefused().ShouldContain("not of a comparison");
        Directory.Exists(folder).ShouldBeFalse();
    }
}
