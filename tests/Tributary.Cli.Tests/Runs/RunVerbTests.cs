namespace Tributary.Cli.Tests.Runs;

public class RunVerbTests
{
    [Fact]
    public void A_run_leaves_result_page_events_and_adapter_and_its_json_is_the_result()
    {
        using var experiment = new TinyExperiment();

        var outcome = experiment.Run("out", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        var run = experiment.Output();
        System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(outcome.Output), run.Result).ShouldBeTrue();
        run.LoggedRounds.ShouldBe([1, 2, 3]);
        run.AdapterBytes.ShouldNotBeEmpty();
        File.ReadAllText(Path.Combine(run.Root, "report.html")).ShouldStartWith("<!DOCTYPE html>", Case.Insensitive);
    }

    [Fact]
    public void The_page_shows_what_the_command_line_changed()
    {
        using var experiment = new TinyExperiment();

        var run = experiment.Finished("out", "--set", "training.rounds=1", "--set", "training.lr_schedule=cosine");

        File.ReadAllText(Path.Combine(run.Root, "report.html")).ShouldContain("# changed on the command line:\n# --set training.rounds=1\n# --set training.lr_schedule=cosine\n");
    }

    [Theory]
    [InlineData("fedit", 4)]
    [InlineData("scaffold", 3)]
    public void Threads_change_nothing(string method, int cohort)
    {
        using var experiment = new TinyExperiment();
        string[] settings = ["--set", $"method={method}", "--set", $"training.cohort={cohort}"];

        var one = experiment.Finished("one", [.. settings, "--set", "backend.threads=1"]);
        var two = experiment.Finished("two", [.. settings, "--set", "backend.threads=2"]);

        two.ShouldEqual(one);
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("int8")]
    [InlineData("nf4")]
    public void Adapters_are_tuned_on_a_base_that_is_kept_small_and_the_merged_model_is_not_rounded(string dtype)
    {
        using var experiment = new TinyExperiment();
        var run = experiment.Finished(
            "out", "--set", $"backend.base_dtype={dtype}", "--set", "training.local_steps=12", "--set", "training.optimizer.adamw.lr=0.03", "--set", "data.pooled_baseline=false");

        var losses = run.Result["rounds"]!.AsArray().Select(round => (double)round!["train_loss"]!).ToArray();
        losses[^1].ShouldBeLessThan(losses[0]);
        var merged = Path.Combine(experiment.Root, "merged");
        BuiltTool.Run("export", "--run", run.Root, "--to", "merged", "--out", merged).Code.ShouldBe(0);
        Generate("--model", merged).ShouldBe(Generate("--model", experiment.Model, "--adapter", run.Adapter));
        Generate("--model", experiment.Model, "--adapter", run.Adapter, "--base-dtype", dtype).ShouldStartWith("say 3 of 1");

        static string Generate(params string[] model)
        {
            var outcome = BuiltTool.Run(["generate", .. model, "--prompt", "say 3 of 1", "--max-new-tokens", "24"]);
            outcome.Code.ShouldBe(0, outcome.Error);
            return outcome.Output;
        }
    }

    [Fact]
    public void A_run_of_a_hundred_clients_takes_little_more_memory_than_the_same_rows_with_one()
    {
        using var experiment = new TinyExperiment();
        experiment.Change("kind: files", "kind: iid, clients: 1");
        File.AppendAllText(experiment.Data(0), string.Concat(Enumerable.Range(0, 600).Select(row => $$"""{"instruction":"say {{row}}","response":"{{row}}"}""" + "\n")));
        long Peak(int clients) => (long)experiment.Finished(
            $"of-{clients}", "--set", $"data.partition.clients={clients}", "--set", $"training.cohort={clients}", "--set", "data.local_baseline=false").Result["final"]!["peak_rss_bytes"]!;

        var one = Peak(1);

        // The adapter and its moments are too small to count; a second learner, threads and garbage are what the allowance is for.
        (Peak(20) - one).ShouldBeLessThan(20_000_000);
        (Peak(100) - one).ShouldBeLessThan(20_000_000);
    }

    [Fact]
    public void A_folder_that_holds_another_run_is_left_alone()
    {
        using var experiment = new TinyExperiment();
        var before = experiment.Finished().StableResult;

        experiment.Run("out", "--set", "seed=6").ShouldBeRefused().ShouldContain("holds another run");

        experiment.Output().StableResult.ShouldBe(before);
    }

    [Fact]
    public void A_file_is_no_folder_for_results()
    {
        using var experiment = new TinyExperiment();

        experiment.Run("experiment.yaml").ShouldBeRefused().ShouldContain("choose a folder");
    }

    [Fact]
    public void Samples_that_are_too_long_are_counted_in_one_warning_for_all_owners()
    {
        using var experiment = new TinyExperiment();
        File.AppendAllText(experiment.Data(1), $$"""{"instruction":"{{new string('x', 90)}}","response":"y"}""" + "\n");
        File.AppendAllText(experiment.Data(1), $$"""{"instruction":"x","response":"{{new string('y', 90)}}"}""" + "\n");
        File.AppendAllText(experiment.Data(0), $$"""{"instruction":"{{new string('x', 90)}}","response":"y"}""" + "\n");

        var outcome = experiment.Run("out", "--set", "data.validation=0");

        outcome.Code.ShouldBe(0, outcome.Error);
        outcome.Error.ShouldContain("warning: 3 prompts of 2 owners (most: owner1, 2) cut at their beginning");
        outcome.Error.ShouldContain("warning: 1 responses of owner1 cut at their end");
        experiment.Output().Result["warnings"]!.ToJsonString().ShouldContain("1 responses of owner1 cut");
    }
}
