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
        experiment.Change("rounds: 3", "rounds: 20");
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
    public void Killed_again_and_again_it_comes_to_the_same_table_and_repeats_only_what_was_not_finished()
    {
        using var experiment = new TinyExperiment("evaluation: { every: 10 }\n");
        experiment.Change("rounds: 3", "rounds: 20");
        string[] Line(string folder) => ["compare", experiment.File, "--methods", "fedit,scaffold,rolora,flora", "--out", Path.Combine(experiment.Root, folder)];
        BuiltTool.Run(Line("whole")).Code.ShouldBe(0);
        var (stopped, kills) = (Path.Combine(experiment.Root, "stopped"), 0);
        var finished = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        for (var ended = false; !ended;)
        {
            var before = Results(stopped).Length;
            using var tool = BuiltTool.Start(Line("stopped"));
            for (var looks = 0; looks < 6000 && !tool.HasExited && Results(stopped).Length == before; looks++)
            {
                Thread.Sleep(10);
            }

            foreach (var file in Results(stopped).Where(finished.ContainsKey))
            {
                File.GetLastWriteTimeUtc(file).ShouldBe(finished[file], "it was whole, and was written again");
            }

            ended = tool.HasExited;
            if (!ended)
            {
                tool.Kill();
                kills++;
            }

            tool.Outcome();
            foreach (var file in Results(stopped))
            {
                finished.TryAdd(file, File.GetLastWriteTimeUtc(file));
            }
        }

        kills.ShouldBeGreaterThan(1);
        BuiltTool.Run(Line("stopped")).Code.ShouldBe(0);
        RunOutput.Stable(Path.Combine(stopped, "compare.json")).ShouldBe(RunOutput.Stable(Path.Combine(experiment.Root, "whole", "compare.json")));
    }

    [Fact]
    public void A_run_whose_process_dies_is_a_row_with_the_reason_and_the_others_are_whole()
    {
        using var experiment = new TinyExperiment("evaluation: { every: 100 }\n");
        experiment.Change("rounds: 3", "rounds: 120");
        var folder = Path.Combine(experiment.Root, "compared");
        using var tool = BuiltTool.Start("compare", experiment.File, "--methods", "fedit,scaffold,rolora", "--out", folder, "--json");
        var victim = ProcessOf(Path.Combine(folder, "runs", "experiment", "scaffold", "seed-5"), tool);
        victim.Kill();

        var outcome = tool.Outcome();
        outcome.Code.ShouldBe(1, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        var rows = document.RootElement.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("method").GetString()!, row => row.GetProperty("failure").GetString());
        rows["scaffold"].ShouldBe("failed: its process ended with 137");
        rows["fedit"].ShouldBeNull();
        rows["rolora"].ShouldBeNull();
        outcome.Error.ShouldContain("scaffold: failed");
        outcome.Error.ShouldContain("runs left, about");
    }

    [Fact]
    public void What_is_wrong_is_refused_before_anything_is_written()
    {
        using var experiment = new TinyExperiment();
        var folder = Path.Combine(experiment.Root, "none");
        BuiltTool.Run("compare", experiment.File, "--methods", "fedt", "--out", folder).ShouldBeRefused().ShouldContain("did you mean 'fedit' or 'fedtt'?");
        BuiltTool.Run("compare", experiment.File).ShouldBeRefused().ShouldContain("--methods");
        BuiltTool.Run("compare", experiment.File, "--methods", "fedit", "--out", Path.Combine(experiment.Root, "data")).ShouldBeRefused().ShouldContain("not of a comparison");
        Directory.Exists(folder).ShouldBeFalse();
    }

    private static string[] Results(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "result.json", SearchOption.AllDirectories) : [];

    // The process that plays the run in a folder, as the system lists it.
    private static System.Diagnostics.Process ProcessOf(string folder, RunningTool tool)
    {
        for (var looks = 0; looks < 6000 && !tool.HasExited; looks++)
        {
            foreach (var process in System.Diagnostics.Process.GetProcesses())
            {
                var line = $"/proc/{process.Id}/cmdline";
                if (File.Exists(line) && Read(line).Split('\0') is var words && words.Contains("run", StringComparer.Ordinal) && words.Contains(folder, StringComparer.Ordinal))
                {
                    return process;
                }

                process.Dispose();
            }

            Thread.Sleep(10);
        }

        throw new InvalidOperationException($"no process plays {folder}");
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // it ended meanwhile
        }
    }
}
