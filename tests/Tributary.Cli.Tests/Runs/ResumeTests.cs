using Tributary.Numerics;
using Tributary.Numerics.Random;

namespace Tributary.Cli.Tests.Runs;

public class ResumeTests
{
    private const int Kills = 5;
    private const int Attempts = 40;

    private static readonly string[] Longer = ["--set", "training.local_steps=6"];

    [Theory]
    [InlineData("fedit", 4, "evaluation.keep_best=true")]
    [InlineData("scaffold", 3)]
    [InlineData("fedit", 4, "training.lr_schedule={cosine: {warmup_steps: 5}}", "training.gradient_accumulation_steps=2", "training.max_grad_norm=0.5", "adaptation.lora.layers=[1]")]
    public void A_run_killed_again_and_again_ends_like_one_left_alone(string method, int cohort, params string[] others)
    {
        using var experiment = new TinyExperiment();
        string[] settings = [.. Longer, .. others.Append($"method={method}").Append($"training.cohort={cohort}").SelectMany(setting => new[] { "--set", setting })];
        var whole = experiment.Finished("whole", settings);
        var random = PhiloxStream.Root(11).Child(method);
        var (kills, inBaselines) = (0, 0);
        for (var trial = 0; kills < Kills || inBaselines == 0; trial++)
        {
            trial.ShouldBeLessThan(Attempts, "the run is too short to be killed");
            var run = experiment.Output($"killed{trial}");
            while (!run.IsFinished)
            {
                if (KillOnce(experiment, run, settings, random.Child(trial).Child(kills)))
                {
                    kills++;
                    inBaselines += File.Exists(run.Journal) && run.LoggedRounds.Length == 3 && !run.IsFinished ? 1 : 0;
                }
            }

            var last = BuiltTool.Run("resume", run.Root);
            last.Code.ShouldBe(0, last.Error);
            run.ShouldEqual(whole);
        }
    }

    [Fact]
    public void Ctrl_C_says_how_to_go_on_and_the_run_goes_on()
    {
        using var experiment = new TinyExperiment();
        string[] settings = ["--set", "training.rounds=40", "--set", "data.local_baseline=false"];
        var whole = experiment.Finished("whole", settings);
        var run = experiment.Output("interrupted");
        using var tool = BuiltTool.Start(["run", experiment.File, "--out", run.Root, .. settings]);
        Await(() => File.Exists(Path.Combine(run.Root, "events.jsonl")) && run.LoggedRounds.Length > 0, tool);

        tool.Interrupt();

        var outcome = tool.Outcome();
        outcome.Code.ShouldBe(130, outcome.Error);
        outcome.Error.TrimEnd('\n').Split('\n')[^1].ShouldContain($"tributary resume {run.Root}");
        outcome.Error.Split('\n').Count(line => line.StartsWith("tributary: ", StringComparison.Ordinal)).ShouldBe(1);
        run.IsFinished.ShouldBeFalse();
        BuiltTool.Run("resume", run.Root).Code.ShouldBe(0);
        run.ShouldEqual(whole);
    }

    [Fact]
    public void A_run_goes_on_only_with_the_data_and_the_model_it_began_with()
    {
        using var experiment = new TinyExperiment();
        var whole = experiment.Finished("whole");
        var run = experiment.Output();
        BuiltTool.RunWithFilesUpTo(8, "run", experiment.File, "--out", run.Root).Code.ShouldBe(1);

        Replacing(experiment.Data(2), "say 3", "sing 3", () =>
        {
            BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain("the data changed since this run began");
            experiment.Run().ShouldBeRefused().ShouldContain("the data changed since this run began");
        });
        Replacing(
            Path.Combine(experiment.Model, "config.json"), "\"vocab_size\"", "\"rms_norm_eps\":0.001,\"vocab_size\"",
            () => BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain("the model changed since this run began"));

        BuiltTool.Run("resume", run.Root).Code.ShouldBe(0);
        run.ShouldEqual(whole);
    }

    [Fact]
    public void A_folder_without_a_run_cannot_be_resumed()
    {
        using var folder = new TemporaryFolder();

        BuiltTool.Run("resume", folder.Root).ShouldBeRefused().ShouldContain("holds no run");
    }

    [Fact]
    public void What_a_folder_lacks_to_be_a_run_is_named_and_one_in_use_is_said_to_be_so()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        using (FolderLock.Take(run.Root, Path.Combine(run.Root, "state", ".lock")))
        {
            BuiltTool.Run("resume", run.Root).ShouldBeRefused().ShouldContain($"another tributary process works in {run.Root}; wait for it to end");
        }

        File.Delete(Path.Combine(run.Root, "state", "origin.json"));
        var message = BuiltTool.Run("resume", run.Root).ShouldBeRefused();
        message.ShouldContain("there is no state/origin.json; restore it from a copy");
        message.ShouldNotContain("--out");
    }

    // True when the process was killed before its end: soon after it got further than it was.
    private static bool KillOnce(TinyExperiment experiment, RunOutput run, string[] settings, PhiloxStream random)
    {
        string[] arguments = File.Exists(Path.Combine(run.Root, "state", "origin.json")) ? ["resume", run.Root] : ["run", experiment.File, "--out", run.Root, .. settings];
        var before = Progress(run);
        using var tool = BuiltTool.Start(arguments);
        Await(() => Progress(run) != before, tool);
        Thread.Sleep((int)(random.Child("delay").Key % 25));
        if (tool.HasExited)
        {
            tool.Outcome().Code.ShouldBe(0);
            return false;
        }

        tool.Kill();
        return tool.Outcome().Code == 137;
    }

    private static void Replacing(string file, string text, string by, Action check)
    {
        var before = File.ReadAllText(file);
        before.ShouldContain(text);
        File.WriteAllText(file, before.Replace(text, by, StringComparison.Ordinal));
        check();
        File.WriteAllText(file, before);
    }

    private static (long Journal, int Baselines) Progress(RunOutput run)
    {
        var baselines = Path.Combine(run.Root, "state", "baselines");
        return (File.Exists(run.Journal) ? new FileInfo(run.Journal).Length : 0, Directory.Exists(baselines) ? Directory.GetFiles(baselines).Length : 0);
    }

    private static void Await(Func<bool> happened, RunningTool tool)
    {
        while (!tool.HasExited && !happened())
        {
            Thread.Sleep(1);
        }
    }
}
