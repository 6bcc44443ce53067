namespace Tributary.Cli.Tests.Runs;

public class ExportVerbTests
{
    [Fact]
    public void A_finished_run_leaves_as_adapter_and_as_merged_model_that_write_the_same_text()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished("out", "--set", "training.optimizer.adamw.lr=0.1");
        var (peft, merged) = (Path.Combine(experiment.Root, "peft"), Path.Combine(experiment.Root, "merged"));

        Export(run, "peft", peft).Code.ShouldBe(0);
        Export(run, "merged", merged).Code.ShouldBe(0);

        File.ReadAllBytes(Path.Combine(peft, "adapter_model.safetensors")).ShouldBe(run.AdapterBytes);
        var adapted = Generate("--model", experiment.Model, "--adapter", peft);
        Generate("--model", merged).ShouldBe(adapted);
        Generate("--model", experiment.Model).ShouldNotBe(adapted);
    }

    [Fact]
    public void A_run_that_is_not_finished_is_refused()
    {
        using var experiment = new TinyExperiment();
        experiment.Run("out", "--set", "training.optimizer.adamw.lr=1e30").Code.ShouldBe(1);
        var target = Path.Combine(experiment.Root, "exported");

        Export(experiment.Output(), "peft", target).ShouldBeRefused().ShouldContain("tributary resume");
        Export(experiment.Output(), "gguf", target).ShouldBeRefused().ShouldContain("peft, merged");

        Directory.Exists(target).ShouldBeFalse();
    }

    private static Outcome Export(RunOutput run, string to, string target) => BuiltTool.Run("export", "--run", run.Root, "--to", to, "--out", target);

    private static string Generate(params string[] model)
    {
        var outcome = BuiltTool.Run(["generate", .. model, "--prompt", "say 3 of 1", "--max-new-tokens", "24"]);
        outcome.Code.ShouldBe(0, outcome.Error);
        return outcome.Output;
    }
}
