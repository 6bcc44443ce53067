namespace Tributary.Cli.Tests.Runs;

public class RunFolderTests
{
    [Fact]
    public void A_folder_with_files_of_something_else_is_left_alone()
    {
        using var experiment = new TinyExperiment();
        var precious = Path.Combine(experiment.Model, "config.json");
        var before = Directory.GetFileSystemEntries(experiment.Model);

        experiment.Run("model").ShouldBeRefused().ShouldContain("not of a run");

        Directory.GetFileSystemEntries(experiment.Model).ShouldBe(before);
        File.Exists(precious).ShouldBeTrue();
    }

    [Fact]
    public void A_finished_run_is_told_again_and_not_run_again()
    {
        using var experiment = new TinyExperiment();
        var first = experiment.Run("out", "--json");
        var written = File.GetLastWriteTimeUtc(Path.Combine(experiment.Output().Root, "result.json"));

        var again = BuiltTool.Run("resume", experiment.Output().Root, "--json");

        again.Code.ShouldBe(0, again.Error);
        again.Output.ShouldBe(first.Output);
        again.Error.ShouldContain("finished");
        File.GetLastWriteTimeUtc(Path.Combine(experiment.Output().Root, "result.json")).ShouldBe(written);
    }

    [Fact]
    public void A_damaged_result_is_refused_and_written_again_when_it_is_gone()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        var before = run.StableResult;
        var file = Path.Combine(run.Root, "result.json");
        File.WriteAllText(file, "{");

        BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain("delete that file");
        File.Delete(file);
        BuiltTool.Run("resume", run.Root).Code.ShouldBe(0);

        run.StableResult.ShouldBe(before);
    }

    [Fact]
    public void Two_runs_cannot_share_a_folder()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Output();
        using var first = BuiltTool.Start("run", experiment.File, "--out", run.Root, "--set", "training.rounds=2000");
        while (!first.HasExited && !File.Exists(run.Journal))
        {
            Thread.Sleep(1);
        }

        BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain("another tributary process works in");
        experiment.Run("out", "--set", "training.rounds=2000").ShouldBeRefused().ShouldContain("another tributary process works in");

        first.HasExited.ShouldBeFalse("the first must still be at work for this to mean anything");
    }

    [Fact]
    public void Of_two_runs_that_begin_together_one_has_the_folder_and_comes_to_its_end()
    {
        using var experiment = new TinyExperiment();
        string[] longer = ["--set", "training.rounds=30"];
        var whole = experiment.Finished("whole", longer);
        var run = experiment.Output();
        using var first = BuiltTool.Start(["run", experiment.File, "--out", run.Root, .. longer]);
        using var second = BuiltTool.Start(["run", experiment.File, "--out", run.Root, .. longer]);

        var outcomes = new[] { first.Outcome(), second.Outcome() };

        outcomes.ShouldContain(outcome => outcome.Code == 0, outcomes[0].Error + outcomes[1].Error);
        foreach (var other in outcomes.Where(outcome => outcome.Code != 0))
        {
            other.ShouldBeRefused().ShouldContain("another tributary process works in");
        }

        run.ShouldEqual(whole);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"File\":\"\",\"Settings\":[],\"Inputs\":{\"Data\":\"\",\"Model\":\"\"}}")]
    [InlineData("{\"File\":\"/e.yaml\",\"Settings\":[null],\"Inputs\":{\"Data\":\"\",\"Model\":\"\"}}")]
    [InlineData("{\"File\":")]
    public void A_damaged_origin_is_refused(string content)
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        File.WriteAllText(Path.Combine(run.Root, "state", "origin.json"), content);

        BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldMatch("origin\\.json.*restore it from a copy");
    }

    [Fact]
    public void An_experiment_that_was_changed_in_the_folder_is_refused_with_its_name()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        var file = Path.Combine(run.Root, "state", "experiment.yaml");
        var text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("seed: 5", "seed: 6", StringComparison.Ordinal));

        BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain("state/experiment.yaml was changed since this run began; put back what it said");

        File.WriteAllText(file, text + "# a remark changes nothing\n");
        BuiltTool.Run("resume", run.Root).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("versions/000003.safetensors", false)]
    [InlineData("journal.jsonl", false)]
    [InlineData("versions/000003.safetensors", true)]
    [InlineData("journal.jsonl", true)]
    public void A_finished_run_whose_state_is_damaged_says_so_and_offers_it_no_more(string name, bool isPipe)
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished("out", "--set", "data.local_baseline=false", "--set", "data.pooled_baseline=false");
        var page = Path.Combine(run.Root, "report.html");
        File.ReadAllText(page).ShouldContain("State, to continue from");
        var file = Path.Combine(run.Root, "state", "server", name);
        if (isPipe)
        {
            File.Delete(file);
            using var pipe = System.Diagnostics.Process.Start("mkfifo", [file]);
            pipe.WaitForExit();
        }
        else
        {
            File.WriteAllBytes(file, [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 37 % 251))]);
        }

        var outcome = BuiltTool.Run("resume", run.Root);

        outcome.Code.ShouldBe(0, outcome.Error);
        outcome.Error.ShouldContain("warning: the result is whole, but its state is not: ");
        outcome.Error.ShouldContain(name);
        File.ReadAllText(page).ShouldNotContain("State, to continue from");
    }

    [Fact]
    public void A_journal_that_lost_its_beginning_is_refused()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        File.Delete(Path.Combine(run.Root, "result.json"));
        File.WriteAllLines(run.Journal, File.ReadAllLines(run.Journal)[1..]);

        BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain("journal");
    }

    [Theory]
    [InlineData("")]
    [InlineData("experiment.yaml/below")]
    public void A_path_that_no_folder_can_have_is_refused(string path)
    {
        using var experiment = new TinyExperiment();

        BuiltTool.Run("run", experiment.File, "--out", path.Length == 0 ? "" : Path.Combine(experiment.Root, path)).ShouldBeRefused();
    }
}
