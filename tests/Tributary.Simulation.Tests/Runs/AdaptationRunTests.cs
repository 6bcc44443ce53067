using Tributary.Federation.Experiments;
using Tributary.Federation.Results;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>Every kind of adaptation from an experiment file to its folder: planned, run, written and read back.</summary>
public sealed class AdaptationRunTests : IDisposable
{
    private const string Llama = "stories260K-llama";
    private const string Gpt2 = "gpt2-tinystories-char-223k";
    private readonly TemporaryFolder folder = new();

    [SharedDataTheory]
    [InlineData(Llama, "lora: { rank: 4, alpha: 8, rslora: true, rank_pattern: { v_proj: 2 } }", "5e-3")]
    [InlineData(Llama, "lora: { rank: 4, alpha: 8, dora: true, targets: [q_proj, down_proj] }", "5e-3")]
    [InlineData(Llama, "lora: { rank: 2, alpha: 4, layers: [1, 3], save: [norm] }", "5e-3")]
    [InlineData(Gpt2, "lora: { rank: 2, alpha: 4, bias: lora_only }", "5e-3")]
    [InlineData(Llama, "ia3", "2e-2")]
    [InlineData(Gpt2, "bitfit", "5e-3")]
    [InlineData(Llama, "layers: { layers: [-1], names: [mlp.down_proj.weight, layernorm.weight] }", "2e-3")]
    [InlineData(Llama, "head", "1e-3")]
    [InlineData(Llama, "emulator: { bottom: 1, top: 1, drop: 0.34 }", "1e-3")]
    [InlineData(Llama, "full", "1e-3")]
    [InlineData(Llama, "prompt: { virtual_tokens: 4 }", "5e-2")]
    [InlineData(Llama, "prefix: { virtual_tokens: 4, projection_hidden_size: 16 }", "1e-2")]
    [InlineData(Llama, "p_tuning: { virtual_tokens: 4, hidden_size: 16 }", "1e-2")]
    [InlineData(Llama, "bottleneck: { size: 4, after_attention: true, activation: swish }", "5e-3")]
    [InlineData(Llama, "tensor_train: { size: 8, rank: 2 }", "1e-2")]
    [InlineData(Llama, "several: { adapters: { low: { lora: { rank: 2, alpha: 4 } }, unit: { bottleneck: { size: 4 } } } }", "5e-3")]
    [InlineData(Llama, "several: { adapters: { low: { lora: { rank: 2, alpha: 4 } }, scale: ia3 } }", "5e-3")]
    public async Task Every_kind_is_planned_to_the_byte_learns_and_is_read_back(string model, string adaptation, string rate)
    {
        var experiment = Read(model, adaptation, rate);
        var plan = new RunPlanner(new Hasty()).Plan(experiment);
        using var setup = RunSetupReader.Read(experiment);
        var run = new RunFolder(folder.PathOf("run"));

        var outcome = await new RunStudy(setup, run, TimeProvider.System, new NoProgress()).RunAsync(default);

        var result = outcome.Result;
        plan.Trainable.ShouldBe(setup.Adapters.Sum(a => a.Tensors.Sum(t => (long)HostTensor.Count(t.Shape))));
        plan.Total.ShouldBe(new PlannedBytes(
            Figure.Exactly(result.Final.BytesUp), Figure.Exactly(result.Final.BytesDown), Figure.Exactly(result.Final.ValueBytesUp), Figure.Exactly(result.Final.ValueBytesDown)));
        result.Final.Metrics.Loss.ShouldBeLessThan(result.Initial!.Loss);
        var read = new ParameterSet(AdapterFolder.ReadAll(run.Adapter, setup.Model).SelectMany(a => a.Values));
        read.Select(t => t.Key).ShouldBe(outcome.Federated.Select(t => t.Key));
        read.Zip(outcome.Federated).ShouldAllBe(p => p.First.Values.SequenceEqual(p.Second.Values));
    }

    [SharedDataTheory]
    [InlineData("bitfit", "this llama model has no biases")]
    [InlineData("lora: { rank: 2, targets: [c_attn] }", "no module of this llama model matches targets [c_attn]")]
    [InlineData("layers: { layers: [9] }", "layers [9] are not all among the model's 5 blocks")]
    [InlineData("prompt: { virtual_tokens: 5000 }", "5000 virtual tokens leave no room for text")]
    public void What_the_model_has_no_place_for_is_refused_before_the_first_step_with_file_and_key(string adaptation, string why)
    {
        var experiment = Read(Llama, adaptation, "1e-3");
        Should.Throw<ImpossibleException>(() => RunSetupReader.Read(experiment)).Message.ShouldStartWith($"{experiment.File}: adaptation: {why}");
    }

    [SharedDataTheory]
    [InlineData("lora: { rank: 2, dora: yes }", "true or false")]
    [InlineData("lora: { rank: 2, bias: lora }", "lora_only")]
    [InlineData("lora: { rank: 2, targets: [q_proj], target_pattern: '.*q_proj' }", "exclude each other")]
    [InlineData("several: { adapters: { 'a/b': full } }", "letters, digits")]
    [InlineData("several: { adapters: { a: { several: { adapters: { b: full } } } } }", "nested")]
    [InlineData("ia4", "ia3")]
    public void Settings_that_cannot_hold_are_refused(string adaptation, string why) =>
        Should.Throw<InputException>(() => Read(Llama, adaptation, "1e-3")).Message.ShouldContain(why);

    public void Dispose() => folder.Dispose();

    private Experiment Read(string model, string adaptation, string rate)
    {
        var files = string.Join(", ", Enumerable.Range(0, 2).Select(i => SharedData.PathOf("data", "instruction", "dolly", "10", $"local_training_{i}.json")));
        return ExperimentFile.Read(
            folder.Write("experiment.yaml", $$"""
                model: {{SharedData.PathOf("models", model)}}
                data: { train: [{{files}}], format: dolly, validation: 0.02 }
                method: fedit
                adaptation: { {{adaptation}}{{(adaptation.Contains(':', StringComparison.Ordinal) ? "" : ": {}")}} }
                training: { rounds: 2, cohort: 2, local_steps: 6, batch_size: 4, max_length: 32, optimizer: { adamw: { lr: {{rate}} } } }
                evaluation: { every: 2 }
                backend: { threads: 2 }
                seed: 3
                """),
            []);
    }
}
