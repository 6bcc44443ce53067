using System.Text.Json.Nodes;
using Tributary.Federation.Experiments;
using Tributary.Federation.Results;
using Tributary.Learning.Safetensors;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Four owners of whom one holds a model of twice the width with prompts of another length: a run from its experiment file.</summary>
public sealed class SeveralModelsTests : IDisposable
{
    private const int Classes = 2;
    private const string Wide = "desk: { share: 1 }, large: { model: wide, adaptation: { prompt: { virtual_tokens: 3 } }, clients: owner3 }";
    private readonly TemporaryFolder folder = new();

    public SeveralModelsTests()
    {
        TinyLlamaFolder.WriteModel(folder.PathOf("model"));
        TinyLlamaFolder.WriteModel(folder.PathOf("wide"), width: 32);
        Directory.CreateDirectory(folder.PathOf("data"));
        for (var owner = 0; owner < 4; owner++)
        {
            File.WriteAllLines(folder.PathOf($"data/owner{owner}.jsonl"), Enumerable.Range(0, 24).Select(i => $"{{\"text\":\"{(i % 2 == 0 ? "abc" : "xyz")} {(char)('d' + ((i + owner) % 10))}\",\"label\":\"{(i % 2 == 0 ? "low" : "high")}\"}}"));
        }
    }

    [Fact]
    public async Task Owners_of_models_of_different_width_teach_each_other_by_class_tables_of_one_size()
    {
        const int Table = 4 * ((Classes * Classes) + (2 * Classes));
        var plan = new RunPlanner(new Hasty()).Plan(Read("fedhpl", Wide));
        var result = await RunAsync("run", new NoProgress());

        result.Rounds.Select(round => round.ValueBytesUp).ShouldAllBe(bytes => bytes == 4 * Table);
        result.Rounds.Select(round => round.ValueBytesDown).ShouldBe([0, 4 * Table, 4 * Table], "there is nothing to teach before the first round");
        (plan.Total!.BytesUp.Max, plan.Total.BytesDown.Max).ShouldBe((result.Final.BytesUp, result.Final.BytesDown));
        plan.Devices!.Select(device => (device.Profile, device.Model)).ShouldBe([("desk", null), ("large", "wide")]);
        result.Devices!.Select(device => (device.Profile, device.Model)).ShouldBe([("desk", null), ("large", "wide")]);
        (3 * result.Devices![1].BytesUp).ShouldBe(result.Devices[0].BytesUp);
        plan.Clients[3].MemoryBytes.ShouldBeGreaterThan(plan.Clients[0].MemoryBytes);

        // Each trains prompts of its own length and width, and is measured with its own model.
        Prompt("run", "clients", "owner0").ShouldBe([2, 16]);
        Prompt("run", "clients-1", "owner3").ShouldBe([3, 32]);
        result.Clients.ShouldAllBe(client => double.IsFinite(client.Metrics.Loss));
        result.Final.Metrics.Loss.ShouldBeLessThan(result.Initial!.Loss);
        result.Artifacts.Adapter.ShouldBeNull("there is no adapter of all");
        Should.Throw<InputException>(() => RunExport.ToPeft(new RunFolder(folder.PathOf("run")), folder.PathOf("out"))).Message.ShouldContain("models of different shapes");
    }

    [Fact]
    public async Task A_stopped_run_of_several_models_ends_like_one_left_alone_and_refuses_another_model()
    {
        await RunAsync("whole", new NoProgress());
        await Should.ThrowAsync<RunException>(RunAsync("stopped", new DiesAt(6)));
        await RunAsync("stopped", new NoProgress());
        Stable("stopped").ShouldBe(Stable("whole"));

        using var before = RunSetupReader.Read(Read("fedhpl", Wide));
        TinyLlamaFolder.WriteModel(folder.PathOf("wide"), width: 48);
        using var after = RunSetupReader.Read(Read("fedhpl", Wide));
        after.Inputs.Model.ShouldNotBe(before.Inputs.Model);
    }

    [Theory]
    [InlineData("fedit", "", "devices.profiles.large: ", "has shape [2, 16] with the experiment's base and [2, 32] with that of profile 'large', and fedit joins it; give these clients a base and adapters of the same shape, or choose a method")]
    [InlineData("fedhpl", "data.pooled_baseline=true", "data.pooled_baseline: clients hold different models")]
    public void What_cannot_travel_between_them_is_refused_before_training(string method, string setting, params string[] says)
    {
        var profiles = "desk: { share: 1 }, large: { model: wide, clients: owner3 }";
        var message = Should.Throw<ImpossibleException>(() => RunSetupReader.Read(Read(method, profiles, setting.Length == 0 ? [] : [setting]))).Message;
        says.ShouldAllBe(part => message.Contains(part, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Adapters_of_another_kind_are_refused_when_the_file_is_read() =>
        Should.Throw<ImpossibleException>(() => Read("fedhpl", "large: { share: 1, adaptation: { lora: { rank: 2 } } }")).Message
            .ShouldContain("devices.profiles.large.adaptation: fedhpl trains prompt, not lora; give settings of that kind");

    public void Dispose() => folder.Dispose();

    private int[] Prompt(string run, string states, string client)
    {
        var path = Directory.EnumerateFiles(folder.PathOf($"{run}/state/{states}"), "state.safetensors", SearchOption.AllDirectories).Single(path => path.Contains(client, StringComparison.Ordinal));
        using var file = SafetensorsFile.Open(path);
        return [.. file.Entries.Select(entry => entry.Shape).Single(shape => shape.Length == 2).Select(size => (int)size)];
    }

    private string Stable(string run)
    {
        var result = JsonNode.Parse(File.ReadAllText(folder.PathOf($"{run}/result.json")))!;
        return string.Join('\n', result["clients"]!.ToJsonString(), result["pooled"]?.ToJsonString(), result["final"]!["metrics"]!.ToJsonString(),
            string.Join(' ', result["rounds"]!.AsArray().Select(round => round!["train_loss"]!.ToJsonString())));
    }

    private async Task<RunResult> RunAsync(string name, IRunProgress progress)
    {
        var experiment = Read("fedhpl", Wide);
        using var setup = RunSetupReader.Read(experiment);
        var run = new RunFolder(folder.PathOf(name));
        StoredExperiment.Save(run, experiment, [], setup.Inputs);
        return (await new RunStudy(setup, run, TimeProvider.System, progress).RunAsync(default)).Result;
    }

    private sealed class DiesAt(int updates) : IRunProgress
    {
        private int arrived;

        public void Update(string client)
        {
            if (++arrived == updates)
            {
                throw new RunException("stopped by the test");
            }
        }
    }

    private Experiment Read(string method, string profiles, params string[] settings) => ExperimentFile.Read(
        folder.Write("experiment.yaml", $$"""
            name: several
            model: model
            data: { train: data/*.jsonl, format: classification, validation: 0.25, local_baseline: true, cloze: { pattern: "{text} {mask}", words: { low: a, high: b } } }
            method: {{method}}
            adaptation: { {{(method == "fedhpl" ? "prompt: { virtual_tokens: 2 }" : "lora: { rank: 2, alpha: 4 }")}} }
            training: { rounds: 3, local_steps: 4, batch_size: 4, max_length: 24, optimizer: { sgd: { lr: 0.1 } } }
            devices: { profiles: { {{profiles}} } }
            backend: { threads: 2 }
            seed: 3
            """), settings);
}
