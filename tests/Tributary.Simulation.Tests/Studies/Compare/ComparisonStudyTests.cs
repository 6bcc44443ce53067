using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Results;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Compare;
using Tributary.Simulation.Tests.Runs;

namespace Tributary.Simulation.Tests.Studies.Compare;

/// <summary>Whole comparisons on a tiny random model.</summary>
public sealed class ComparisonStudyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string file;

    public ComparisonStudyTests()
    {
        TinyLlamaFolder.Write(folder.Root);
        file = TinyLlamaFolder.Experiment(folder.Root);
    }

    [Fact]
    public async Task A_row_is_the_run_that_the_method_has_on_its_own_whatever_ran_beside_it()
    {
        var result = await RunAsync("compared", "fedit,scaffold,flexlora,flora,fedsa-lora");
        foreach (var row in result.Rows.Where(row => row.BytesUp > 0))
        {
            var alone = await AloneAsync(row.Method, $"method={row.Method}", "seed=3");
            row.Metrics.ShouldBe(alone.Final.Metrics);
            row.Fairness.ShouldBe(alone.Final.Fairness);
            (row.BytesUp, row.BytesDown).ShouldBe((alone.Final.BytesUp, alone.Final.BytesDown));
            row.GapClosed.ShouldBe(GapClosed.Of(row.Metrics!.Loss, alone.Local!.Loss, alone.Pooled!.Loss).Value);
            row.Curve.Select(point => point.Loss).ShouldBe([alone.Initial!.Loss, .. alone.Rounds.Select(round => round.ValidationLoss!.Value)]);
        }

        result.Rows.Count(row => row.BytesUp > 0).ShouldBe(5);
    }

    [Fact]
    public async Task Baselines_are_there_without_being_asked_for_and_are_those_of_a_run()
    {
        var result = await RunAsync("baselines", "fedit");
        var alone = await AloneAsync("alone", "method=fedit");
        Row(result, "untrained").Metrics!.Loss.ShouldBe(alone.Initial!.Loss);
        Row(result, "local-only").Metrics!.Loss.ShouldBe(alone.Local!.Loss);
        Row(result, "local-only").Fairness.ShouldBe(Fairness.Of([.. alone.Clients.Select(client => client.Baseline!.Loss)]));
        Row(result, "pooled").Metrics!.Loss.ShouldBe(alone.Pooled!.Loss);
        result.Rows.ShouldAllBe(row => row.Metrics!.Find(Metrics.AccuracyName) >= 0 && row.Metrics!.Find(Metrics.AccuracyName) <= 1);
    }

    [Fact]
    public async Task Stopped_anywhere_it_goes_on_to_the_same_result()
    {
        const string Methods = "fedit,scaffold,hetlora";
        var whole = await RunAsync("whole", Methods, 2);
        var stops = 0;
        for (var rounds = 1; ; rounds += 4)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                var result = await Study("stopped", Methods, 2, new PlayerHere(new Stopping(rounds, stop))).RunAsync(new Silent(), stop.Token);
                Stable(result).ShouldBe(Stable(whole));
                break;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        stops.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task What_is_whole_is_not_run_again_when_methods_are_added()
    {
        await RunAsync("grown", "fedit");
        var document = new ComparisonFolder(folder.PathOf("grown")).Run("tiny", "fedit", 3).Result;
        var written = File.GetLastWriteTimeUtc(document);
        var grown = await RunAsync("grown", "fedit,fedprox");
        File.GetLastWriteTimeUtc(document).ShouldBe(written);
        Stable(grown).ShouldBe(Stable(await RunAsync("fresh", "fedit,fedprox")));
    }

    [Fact]
    public async Task What_an_earlier_comparison_left_in_the_folder_and_is_not_asked_for_is_named()
    {
        (await RunAsync("fewer", "fedit,fedprox,scaffold")).NotShown.ShouldBeNull();
        var fewer = await RunAsync("fewer", "fedprox");
        fewer.NotShown.ShouldBe(["fedit", "scaffold"]);
        fewer.Summary.ShouldNotContain(line => line.Method == "fedit");
    }

    [Fact]
    public async Task A_method_that_cannot_go_with_the_experiment_is_a_row_with_the_reason()
    {
        File.WriteAllText(file, File.ReadAllText(file).Replace("local_steps: 2", "local_epochs: 1", StringComparison.Ordinal));
        var result = await RunAsync("refused", "fedit,fedkseed");
        Row(result, "fedit").Failure.ShouldBeNull();
        Row(result, "fedkseed").Failure!.ShouldStartWith("refused: ");
        Row(result, "fedkseed").Metrics.ShouldBeNull();
        result.Summary.Single(line => line.Method == "fedkseed").Failures.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_method_made_for_other_adapters_than_the_experiment_names_keeps_its_own_and_says_so()
    {
        File.WriteAllText(file, File.ReadAllText(file).Replace("{ lora: { rank: 2, alpha: 4, dropout: 0.1 } }", "{ ia3: { } }", StringComparison.Ordinal));
        var result = await RunAsync("own", "fedit,flexlora,fedtt");
        var own = result.Rows.ToDictionary(row => row.Method, row => row.OwnAdaptation);
        own["fedit"].ShouldBeNull();
        own["flexlora"]!.Kind.ShouldBe("lora");
        own["fedtt"]!.Kind.ShouldBe("tensor_train");
        foreach (var method in (string[])["flexlora", "fedtt"])
        {
            var alone = await AloneAsync(method, $"method={method}", "adaptation=own", "seed=3");
            Row(result, method).Metrics.ShouldBe(alone.Final.Metrics);
            own[method]!.Trainable.ShouldBe(alone.Subject.Trainable);
        }
    }

    [Fact]
    public async Task A_method_that_fails_while_it_runs_is_a_row_with_the_reason_and_the_others_are_whole()
    {
        var study = Study("failing", "fedit,flexlora,scaffold", 1, new FailingWith("flexlora"));
        var result = await study.RunAsync(new Silent(), default);
        Row(result, "flexlora").Failure.ShouldBe("failed: the loss of owner a is not finite");
        Row(result, "fedit").Failure.ShouldBeNull();
        Row(result, "scaffold").Metrics!.Loss.ShouldBeGreaterThan(0);
        Stable(await RunAsync("failing", "fedit,flexlora,scaffold")).ShouldBe(Stable(await RunAsync("never failed", "fedit,flexlora,scaffold")), "what failed is tried again");
    }

    [Fact]
    public async Task Every_method_of_a_family_has_a_row_on_every_data_set()
    {
        var family = MethodSelection.Parse("family:lora");
        var comparison = ComparisonFile.Read(file) with { Experiments = [KeyValuePair.Create("one", file), KeyValuePair.Create("other", file)] };
        var result = await new ComparisonStudy(comparison, family, new ComparisonFolder(folder.PathOf("family")), new Unplayed(), TimeProvider.System).RunAsync(new Silent(), default);
        foreach (var data in result.Data)
        {
            result.Summary.Where(line => line.Data == data.Name && line.Basis is not null).Select(line => line.Method)
                .ShouldBe(Catalogue.All.Where(method => method.Family == "lora").Select(method => method.Id));
        }
    }

    [Fact]
    public async Task A_folder_with_other_runs_is_refused()
    {
        await RunAsync("other", "fedit");
        File.WriteAllText(file, File.ReadAllText(file).Replace("rounds: 3", "rounds: 4", StringComparison.Ordinal));
        (await Should.ThrowAsync<InputException>(RunAsync("other", "fedit"))).Message.ShouldContain("--out");
    }

    [Fact]
    public async Task Headline_methods_have_more_seeds()
    {
        var comparison = ComparisonFile.Read(file) with { Headline = ["fedprox"], HeadlineSeeds = 2 };
        var study = new ComparisonStudy(
            comparison, MethodSelection.Parse("fedit,fedprox"), new ComparisonFolder(folder.PathOf("seeds")), new PlayerHere(new NoProgress()), TimeProvider.System);
        study.RunsOfEach.ShouldBe(5);
        var result = await study.RunAsync(new Silent(), default);
        result.Rows.Where(row => row.Method == "fedprox").Select(row => row.Seed).ShouldBe([3ul, 4]);
        result.Rows.Where(row => row.Method == "pooled").Select(row => row.Seed).ShouldBe([3ul, 4]);
        result.Rows.Where(row => row.Method == "fedit").Select(row => row.Seed).ShouldBe([3ul]);
        result.Summary.Single(line => line.Method == "fedprox").Loss!.Deviation.ShouldNotBeNull();
    }

    public void Dispose() => folder.Dispose();

    private static ComparedRun Row(ComparisonResult result, string method) => result.Rows.Single(row => row.Method == method);

    // Clocks and memory apart.
    private static string Stable(ComparisonResult result) => System.Text.Json.JsonSerializer.Serialize(
        result with
        {
            Rows = [.. result.Rows.Select(row => row with { Seconds = 0, PeakRssBytes = 0 })],
            Summary = [.. result.Summary.Select(line => line with { Seconds = 0, PeakRssBytes = 0 })],
        },
        ResultsJson.Default.ComparisonResult);

    private Task<ComparisonResult> RunAsync(string output, string methods, int seeds = 1) =>
        Study(output, methods, seeds, new PlayerHere(new NoProgress())).RunAsync(new Silent(), default);

    private ComparisonStudy Study(string output, string methods, int seeds, IRunPlayer player) =>
        new(ComparisonFile.Read(file).WithSeeds(seeds), MethodSelection.Parse(methods), new ComparisonFolder(folder.PathOf(output)), player, TimeProvider.System);

    private async Task<RunResult> AloneAsync(string output, params string[] settings)
    {
        using var setup = RunSetupReader.Read(ExperimentFile.Read(file, settings));
        return (await new RunStudy(setup, new RunFolder(folder.PathOf(output)), TimeProvider.System, new NoProgress()).RunAsync(default)).Result;
    }

    private sealed class Silent : IComparisonProgress
    {
        public void Opened(string data, long seed, int runs, int sideBySide)
        {
        }

        public void Baselines(bool wereWhole)
        {
        }

        public void Finished(ComparedRun run, bool wasWhole)
        {
        }
    }

    // Cancels after so many rounds of all runs.
    private sealed class Stopping(int rounds, CancellationTokenSource stop) : IRunProgress
    {
        private int left = rounds;

        public void Round(RoundResult round)
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                stop.Cancel();
            }
        }
    }

    // Fails in the first round of one method.
    private sealed class FailingWith(string method) : IRunPlayer
    {
        public Task PlayAsync(PlannedRun run, CancellationToken cancel) =>
            new PlayerHere(run.Settings.Contains($"method={method}", StringComparer.Ordinal) ? new Failing() : new NoProgress()).PlayAsync(run, cancel);
    }

    private sealed class Failing : IRunProgress
    {
        public void Round(RoundResult round) => throw new RunException("the loss of owner a is not finite");
    }

    private sealed class Unplayed : IRunPlayer
    {
        public Task PlayAsync(PlannedRun run, CancellationToken cancel) => throw new RunException("not played");
    }
}
