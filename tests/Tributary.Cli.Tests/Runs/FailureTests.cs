namespace Tributary.Cli.Tests.Runs;

public class FailureTests
{
    [Fact]
    public void A_loss_that_is_not_finite_names_client_round_and_step_and_keeps_the_last_good_state()
    {
        using var experiment = new TinyExperiment();

        var outcome = experiment.Run("out", "--set", "training.optimizer.adamw.lr=1e30");

        ShouldHaveFailed(outcome).ShouldContain("client owner0, round 1, step 2");
        experiment.Output().IsFinished.ShouldBeFalse();
        File.Exists(experiment.Output().Journal).ShouldBeTrue();
    }

    [Fact]
    public void A_validation_loss_that_is_not_finite_names_the_round()
    {
        using var experiment = new TinyExperiment();

        var outcome = experiment.Run("out", "--set", "training.optimizer.adamw.lr=1e18", "--set", "training.local_steps=1");

        ShouldHaveFailed(outcome).ShouldContain("round ");
        experiment.Output().IsFinished.ShouldBeFalse();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(12)]
    public void A_full_disk_ends_the_run_and_with_space_it_goes_on(int kibibytes)
    {
        using var experiment = new TinyExperiment();
        var whole = experiment.Finished("whole");
        var run = experiment.Output();

        ShouldHaveFailed(BuiltTool.RunWithFilesUpTo(kibibytes, "run", experiment.File, "--out", run.Root));
        var resumed = BuiltTool.Run("resume", run.Root);

        resumed.Code.ShouldBe(0, resumed.Error);
        run.ShouldEqual(whole);
    }

    private static string ShouldHaveFailed(Outcome outcome)
    {
        outcome.Code.ShouldBe(1, outcome.Error);
        var lines = outcome.Error.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith("round ", StringComparison.Ordinal)).ToArray();
        lines.Length.ShouldBe(1, outcome.Error);
        lines[0].ShouldStartWith("tributary: ");
        lines[0].ShouldNotContain("unexpected");
        return lines[0];
    }
}
