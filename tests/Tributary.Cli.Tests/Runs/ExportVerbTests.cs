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

    [Theory]
    [InlineData("{ lora: { rank: 2, alpha: 4, dora: true } }")]
    [InlineData("ia3")]
    [InlineData("{ layers: { layers: [0] } }")]
    [InlineData("{ several: { adapters: { low: { lora: { rank: 2, alpha: 4 } }, last: head } } }")]
    public void Every_kind_leaves_as_folder_and_as_model_and_llama_cpp_is_not_given_what_it_cannot_load(string adaptation)
    {
        using var experiment = new TinyExperiment();
        experiment.Change("{ lora: { rank: 2, alpha: 4, dropout: 0.1, targets: [q_proj, v_proj] } }", adaptation);
        var run = experiment.Finished("out", "--set", "training.optimizer.adamw.lr=0.1");
        var (peft, merged, gguf) = (Path.Combine(experiment.Root, "peft"), Path.Combine(experiment.Root, "merged"), Path.Combine(experiment.Root, "gguf"));

        Export(run, "peft", peft).Code.ShouldBe(0);
        Export(run, "merged", merged).Code.ShouldBe(0);

        var adapted = Generate("--model", experiment.Model, "--adapter", peft);
        Generate("--model", merged).ShouldBe(adapted);
        Generate("--model", experiment.Model).ShouldNotBe(adapted);
        Export(run, "gguf", gguf).ShouldBeRefused().ShouldContain("llama.cpp");
        Directory.Exists(gguf).ShouldBeFalse();
    }

    [Fact]
    public void A_low_rank_adapter_leaves_for_llama_cpp()
    {
        using var experiment = new TinyExperiment();
        var target = Path.Combine(experiment.Root, "exported");

        Export(experiment.Finished(), "gguf", target).Code.ShouldBe(0);

        var file = File.ReadAllBytes(Path.Combine(target, "adapter.gguf"));
        file.AsSpan(0, 8).ToArray().ShouldBe([(byte)'G', (byte)'G', (byte)'U', (byte)'F', 3, 0, 0, 0]);
        System.Text.Encoding.Latin1.GetString(file).ShouldContain("blk.1.attn_v.weight.lora_b");
        Directory.GetFiles(target).Length.ShouldBe(1);
    }

    [Fact]
    public void A_run_that_is_not_finished_is_refused()
    {
        using var experiment = new TinyExperiment();
        experiment.Run("out", "--set", "training.optimizer.adamw.lr=1e30").Code.ShouldBe(1);
        var target = Path.Combine(experiment.Root, "exported");

        Export(experiment.Output(), "peft", target).ShouldBeRefused().ShouldContain("tributary resume");
        Export(experiment.Output(), "onnx", target).ShouldBeRefused().ShouldContain("peft, merged, gguf");

        Directory.Exists(target).ShouldBeFalse();
    }

    [Theory]
    [InlineData("peft")]
    [InlineData("merged")]
    public void Files_that_are_there_already_are_left_alone(string to)
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        var weights = Path.Combine(experiment.Model, "model.safetensors");
        var before = File.ReadAllBytes(weights);

        Export(run, to, experiment.Model).ShouldBeRefused().ShouldContain("new or empty folder");
        Export(run, to, weights).ShouldBeRefused().ShouldContain("new or empty folder");
        Export(run, to, Path.Combine(weights, "below")).ShouldBeRefused().ShouldContain("choose another folder");

        File.ReadAllBytes(weights).ShouldBe(before);
        Directory.GetFileSystemEntries(experiment.Model).Length.ShouldBe(3);
    }

    [Fact]
    public void A_full_disk_leaves_nothing_half_written()
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished();
        var target = Path.Combine(experiment.Root, "exported");

        BuiltTool.RunWithFilesUpTo(8, "export", "--run", run.Root, "--to", "merged", "--out", target).Code.ShouldBe(1);

        Directory.Exists(target).ShouldBeFalse();
        Directory.Exists(target + ".partial").ShouldBeFalse();
    }

    private static Outcome Export(RunOutput run, string to, string target) => BuiltTool.Run("export", "--run", run.Root, "--to", to, "--out", target);

    private static string Generate(params string[] model)
    {
        var outcome = BuiltTool.Run(["generate", .. model, "--prompt", "say 3 of 1", "--max-new-tokens", "24"]);
        outcome.Code.ShouldBe(0, outcome.Error);
        return outcome.Output;
    }
}
