using Tributary.Federation.Methods;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Federation.Experiments;
using Tributary.Federation.Parts;
using Tributary.Federation.Results;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.FrozenLayers;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Whole runs on a tiny random model, made on the spot.</summary>
public sealed class RunStudyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public RunStudyTests() => TinyLlamaFolder.Write(folder.Root);

    // What needs classes, biases or more blocks than this model has is played on other models elsewhere.
    public static TheoryData<string> Methods =>
        [.. Catalogue.All.Where(method => method.LocalProgram is { ClassLogits: null, PseudoLabels: null } && method.Adaptation is not (BitFitConfig or EmulatorConfig)).Select(method => method.Id)];

    [Theory]
    [InlineData("seed=1")]
    [InlineData("method=fedsplitx")]
    [InlineData("method={ base: fedbuff, pace: { buffer: { size: 2, in_flight: 3 } } }", "durations={ log_normal: { median: 60, sigma: 0.5 } }")]
    public async Task Threads_change_no_bit_of_result_and_adapter(params string[] settings)
    {
        var one = await RunAsync("one", [.. settings, "backend.threads=1"]);
        var two = await RunAsync("two", [.. settings, "backend.threads=2"]);
        Stable(one).ShouldBe(Stable(two));
        Adapter(one).ShouldBe(Adapter(two));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Every_method_of_the_catalogue_runs_and_gives_finite_losses(string method)
    {
        // With the file's adaptation, or with its own where it does not take that.
        var own = Catalogue.Find(method);
        string[] adaptation = AdaptationFit.Takes(own, new LoraConfig()) ? [] : own.Adaptation switch
        {
            PromptTuningConfig => ["adaptation={ prompt: { virtual_tokens: 4 } }"],
            LoraExpertsConfig => ["adaptation={ lora_experts: { experts: 8 } }"],
            _ => ["adaptation=own"],
        };
        var output = await RunAsync(method, ["method=" + method, .. adaptation]);
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "result.json")));
        result.RootElement.GetProperty("method").GetString().ShouldBe(method);
        RunResultFile.Read(Path.Combine(output, "result.json")).Cut?.Upper.ShouldBe(own.LocalProgram.Cut!.Upper);
        double.IsFinite(result.RootElement.GetProperty("final").GetProperty("metrics").GetProperty("loss").GetDouble()).ShouldBeTrue();
        result.RootElement.GetProperty("rounds").GetArrayLength().ShouldBe(own.Cohort is Cohort.Union ? 1 : 3);
    }

    /// <summary>What it says of waiting for all is what a run that waits for all comes to.</summary>
    [Theory]
    [InlineData("{ buffer: { size: 1, in_flight: 3, most_stale: 1 } }", "training.cohort=3")]
    [InlineData("{ first_k: { k: 2 } }", "training.cohort=3")]
    [InlineData("{ buffer: { size: 2, in_flight: 3 } }", "devices={ profiles: { slow: { bandwidth_up: 2 kbit/s, clients: [owner0, owner1] }, fast: { bandwidth_down: 1 Mbit/s, share: 1 } } }")]
    public async Task A_round_tells_its_clock_how_late_its_answers_were_and_what_waiting_for_all_would_have_taken(string pace, string setting)
    {
        string[] settings = ["durations={ log_normal: { median: 60, sigma: 1 } }", "training.rounds=5", setting];
        var rounds = Rounds(await RunAsync("early", ["method={ base: fedbuff, pace: " + pace + " }", .. settings]));
        var whole = Rounds(await RunAsync("whole", ["method={ base: fedbuff, pace: whole_cohort }", .. settings]));

        rounds.Select(round => round.Clock!.Value).ShouldBeInOrder();
        rounds.Select(round => round.WaitingForAll!.Answers).ShouldBe(whole.Select(round => round.Cohort.Count));
        foreach (var (foretold, played) in rounds.Zip(whole))
        {
            foretold.WaitingForAll!.Clock.ShouldBe(played.Clock!.Value, 1e-9);
        }

        var isBuffer = pace.Contains("buffer", StringComparison.Ordinal);
        (rounds.Max(round => round.Staleness!.Maximum) > 0).ShouldBe(isBuffer);
        rounds.ShouldAllBe(round => round.Staleness!.Mean <= round.Staleness.Maximum && round.CalledOff >= 0);
        rounds.Sum(round => round.CalledOff!.Value).ShouldBeGreaterThan(pace.Contains("most_stale", StringComparison.Ordinal) || !isBuffer ? 0 : -1);
        whole.ShouldAllBe(round => round.Staleness == null && round.CalledOff == null && round.WaitingForAll == null);
        File.ReadLines(Path.Combine(folder.Root, "early", "events.jsonl")).Count(line => line.Contains("\"waiting_for_all\":{\"clock\":", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task Bytes_are_the_lengths_of_bodies_and_values_their_tensor_data()
    {
        var output = await RunAsync("bytes");
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "result.json")));
        var round = result.RootElement.GetProperty("rounds")[0];
        var values = result.RootElement.GetProperty("subject").GetProperty("trainable").GetInt64() * sizeof(float) * 4;
        round.GetProperty("value_bytes_up").GetInt64().ShouldBe(values);
        round.GetProperty("value_bytes_down").GetInt64().ShouldBe(values);
        round.GetProperty("bytes_up").GetInt64().ShouldBeGreaterThan(values);
    }

    [Theory]
    [InlineData("fedit", "aggregation_error", "truncation_error")]
    [InlineData("flexlora", "truncation_error", "aggregation_error")]
    public async Task A_round_tells_how_far_the_joined_model_is_from_the_average_update(string method, string measured, string other)
    {
        var output = await RunAsync(measured, "method=" + method, "training.local_steps=3");
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "result.json")));
        foreach (var round in result.RootElement.GetProperty("rounds").EnumerateArray())
        {
            round.GetProperty(measured).GetDouble().ShouldBeGreaterThan(0);
            round.GetProperty(other).ValueKind.ShouldBe(JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task Federation_on_four_owners_learns()
    {
        var output = await RunAsync("learns", "training.rounds=8", "training.local_steps=6");
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "result.json")));
        var root = result.RootElement;
        root.GetProperty("final").GetProperty("metrics").GetProperty("loss").GetDouble().ShouldBeLessThan(root.GetProperty("initial").GetProperty("loss").GetDouble());
    }

    [Fact]
    public async Task The_best_round_is_kept_also_when_later_ones_are_worse()
    {
        // Held-out answers go on and on where those that are learned end.
        var longer = Enumerable.Range(0, 8).Select(i => $"{{\"instruction\":\"say {"abcd"[i % 4]}b>\",\"input\":\"\",\"output\":\"bbaabbaaba\"}}");
        File.WriteAllLines(Path.Combine(folder.Root, "longer.jsonl"), longer);
        string[] settings = ["training.rounds=6", "training.local_steps=12", "training.optimizer.adamw.lr=2.0e-2", "data.validation=longer.jsonl"];
        var last = Document(await RunAsync("last", settings));
        var output = await RunAsync("best", [.. settings, "evaluation.keep_best=true"]);
        var best = Document(output);

        var losses = best.GetProperty("rounds").EnumerateArray().Select(round => round.GetProperty("validation_loss").GetDouble()).ToArray();
        var round = Array.IndexOf(losses, losses.Min()) + 1;
        round.ShouldBeLessThan(6, "the last round must not be the best for this to mean anything: " + string.Join(' ', losses));
        best.GetProperty("final").GetProperty("round").GetInt32().ShouldBe(round);
        best.GetProperty("final").GetProperty("metrics").GetProperty("loss").GetDouble().ShouldBe(losses.Min());
        last.GetProperty("final").GetProperty("round").GetInt32().ShouldBe(6);
        last.GetProperty("final").GetProperty("metrics").GetProperty("loss").GetDouble().ShouldBe(losses[^1]);
    }

    [Fact]
    public async Task Test_rows_are_measured_at_the_end_and_trained_on_by_nobody()
    {
        var without = Document(await RunAsync("without"));
        var with = Document(await RunAsync("with", "data.test=0.25"));

        double.IsFinite(with.GetProperty("final").GetProperty("metrics").GetProperty("test_loss").GetDouble()).ShouldBeTrue();
        without.GetProperty("final").GetProperty("metrics").TryGetProperty("test_loss", out _).ShouldBeFalse();
        with.GetProperty("clients").EnumerateArray().ShouldAllBe(client => client.GetProperty("metrics").GetProperty("test_loss").GetDouble() > 0);
        with.GetProperty("subject").GetProperty("examples").GetInt64().ShouldBe(without.GetProperty("subject").GetProperty("examples").GetInt64() - 20);
    }

    [Theory]
    [InlineData("adaptation.lora.layers=[1]")]
    [InlineData("adaptation={layers: {layers: [-1]}}")]
    [InlineData("adaptation={head: {}}")]
    public async Task What_is_kept_of_frozen_blocks_changes_no_bit_and_leaves_nothing_behind(string adaptation)
    {
        var computed = await RunAsync("computed", ActivationLimits.None, adaptation);
        var memory = await RunAsync("memory", ActivationLimits.Default, adaptation);
        var disk = await RunAsync("disk", new ActivationLimits(5_000, long.MaxValue), adaptation);

        Stable(memory).ShouldBe(Stable(computed));
        Stable(disk).ShouldBe(Stable(computed));
        Adapter(memory).ShouldBe(Adapter(computed));
        Adapter(disk).ShouldBe(Adapter(computed));
        Files(disk).ShouldBe(Files(computed));
    }

    [Theory]
    [InlineData("fedit")]
    [InlineData("fedprox")]
    [InlineData("scaffold")]
    [InlineData("fedsa-lora")]
    [InlineData("hetlora")]
    public async Task Clients_that_pass_the_backbone_together_change_no_bit(string method)
    {
        // Epochs over owners of different size: some have more steps than others.
        File.AppendAllLines(Path.Combine(folder.Root, "data", "owner1.jsonl"), Enumerable.Range(0, 9).Select(i => $"{{\"instruction\":\"also {i}>\",\"input\":\"\",\"output\":\"bb\"}}"));
        string[] settings = ["method=" + method, "training.batch_size=2", "training.local_steps=null", "training.local_epochs=1", "training.gradient_accumulation_steps=2", "backend.threads=2"];
        var alone = await RunAsync("alone", setup => setup, settings);
        foreach (var (groups, clients) in new[] { (1, 2), (1, 4), (2, 3) })
        {
            var together = await RunAsync($"together{groups}{clients}", setup => setup with { Parallel = groups, SharedPass = new SharedPass(clients, 0) }, settings);
            Stable(together).ShouldBe(Stable(alone));
            Adapter(together).ShouldBe(Adapter(alone));
        }
    }

    [Theory]
    [InlineData("fedit")]
    [InlineData("scaffold")]
    public async Task A_run_of_joined_clients_that_is_stopped_and_resumed_ends_like_one_left_alone(string method)
    {
        static RunSetup Joined(RunSetup setup) => setup with { SharedPass = new SharedPass(3, 0) };
        string[] settings = ["method=" + method, "training.batch_size=2", "training.local_steps=3", "data.local_baseline=false", "data.pooled_baseline=false"];
        var whole = await RunAsync("whole", setup => setup, settings);

        // While an update is taken in, those who pass the backbone with its sender are still at their steps.
        foreach (var updates in new[] { 1, 4, 6, 11 })
        {
            var name = $"stopped{updates}";
            (await Should.ThrowAsync<RunException>(RunAsync(name, Joined, new DiesAt(updates), settings))).Message.ShouldBe(DiesAt.Why);
            File.Exists(Path.Combine(folder.Root, name, "result.json")).ShouldBeFalse();
            var resumed = await RunAsync(name, Joined, settings);
            Stable(resumed).ShouldBe(Stable(whole));
            Adapter(resumed).ShouldBe(Adapter(whole));
        }
    }

    [Fact]
    public async Task A_run_over_several_bases_that_is_stopped_and_resumed_ends_like_one_left_alone()
    {
        string[] settings = ["method=fedpipe", "devices={ profiles: { desk: { share: 1 }, phone: { base_dtype: nf4, share: 1 } } }", "backend.threads=2"];
        var whole = await RunAsync("whole", setup => setup, settings);
        await Should.ThrowAsync<RunException>(RunAsync("stopped", setup => setup, new DiesAt(6), settings));
        var resumed = await RunAsync("stopped", settings);
        Stable(resumed).ShouldBe(Stable(whole));
        Adapter(resumed).ShouldBe(Adapter(whole));
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Adapter(string output) => File.ReadAllBytes(Path.Combine(output, "adapter", "adapter_model.safetensors"));

    private static string[] Files(string output) => [.. Directory.EnumerateFileSystemEntries(output, "*", SearchOption.AllDirectories).Select(path => path[output.Length..]).Order()];

    private static IReadOnlyList<RoundResult> Rounds(string output) => RunResultFile.Read(Path.Combine(output, "result.json")).Rounds;

    private static JsonElement Document(string output) => JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "result.json"))).RootElement;

    private Task<string> RunAsync(string name, params string[] settings) => RunAsync(name, setup => setup, settings);

    private Task<string> RunAsync(string name, ActivationLimits limits, params string[] settings) => RunAsync(name, setup => setup with { ActivationLimits = limits }, settings);

    private Task<string> RunAsync(string name, Func<RunSetup, RunSetup> change, params string[] settings) => RunAsync(name, change, new NoProgress(), settings);

    private async Task<string> RunAsync(string name, Func<RunSetup, RunSetup> change, IRunProgress progress, string[] settings)
    {
        var file = TinyLlamaFolder.Experiment(folder.Root);
        var output = Path.Combine(folder.Root, name);
        using var setup = RunSetupReader.Read(ExperimentFile.Read(file, settings));
        await new RunStudy(change(setup), new RunFolder(output), TimeProvider.System, progress).RunAsync(default);
        return output;
    }

    private static string Stable(string output)
    {
        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "result.json")))!;
        Strip(result);
        return result.ToJsonString();
    }

    private static void Strip(JsonNode node)
    {
        if (node is JsonObject map)
        {
            map.Remove("seconds");
            map.Remove("peak_rss_bytes");
            foreach (var (_, child) in map.ToArray())
            {
                if (child is not null)
                {
                    Strip(child);
                }
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var child in list.OfType<JsonNode>())
            {
                Strip(child);
            }
        }
    }

    /// <summary>Ends a run where so many updates have arrived.</summary>
    private sealed class DiesAt(int updates) : IRunProgress
    {
        public const string Why = "stopped by the test";
        private int arrived;

        public void Update(string client)
        {
            if (++arrived == updates)
            {
                throw new RunException(Why);
            }
        }
    }
}
