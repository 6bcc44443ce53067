using Tributary.Federation.Experiments;
using Tributary.Federation.Results;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Simulation.Devices;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;
using Tributary.Simulation.Tests.Runs;

namespace Tributary.Simulation.Tests.Studies.Plan;

public sealed class RunPlannerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [SharedDataTheory]
    [InlineData("fedit", "")]
    [InlineData("fedit", "training.cohort=3 method.pace.kind=first_k method.pace.k=2")]
    [InlineData("fedit", "training.cohort=3 method.codec.up.kind=deltas method.codec.up.number=bf16 method.codec.down.kind=values method.codec.down.number=bf16")]
    [InlineData("scaffold", "training.rounds=3 training.cohort=3")]
    [InlineData("rolora", "training.rounds=3")]
    [InlineData("rbla", "training.cohort=3")]
    [InlineData("flexlora", "training.cohort=3")]
    [InlineData("flora", "training.rounds=4")]
    [InlineData("fedex-lora", "training.rounds=4")]
    [InlineData("federa", "")]
    [InlineData("local-only", "")]
    [InlineData("fedit", "backend.base_dtype=bf16")]
    public async Task Planned_bytes_and_kernels_are_those_of_the_run(string method, string settings)
    {
        var experiment = Read(method, settings);

        var plan = new RunPlanner(new Hasty()).Plan(experiment);

        using var setup = RunSetupReader.Read(experiment);
        await new RunStudy(setup, new RunFolder(folder.PathOf("run")), TimeProvider.System, new NoProgress()).RunAsync(default);
        var result = RunResultFile.Read(folder.PathOf("run/result.json"));
        plan.Refusals.ShouldBeEmpty();
        plan.Trainable.ShouldBe(result.Subject!.Trainable);
        plan.KernelSet.ShouldBe(result.KernelSet);
        plan.Total.ShouldBe(new PlannedBytes(
            Figure.Exactly(result.Final.BytesUp), Figure.Exactly(result.Final.BytesDown), Figure.Exactly(result.Final.ValueBytesUp), Figure.Exactly(result.Final.ValueBytesDown)));
        plan.PerRound.ShouldBe(new PlannedBytes(
            Span(result, round => round.BytesUp), Span(result, round => round.BytesDown), Span(result, round => round.ValueBytesUp), Span(result, round => round.ValueBytesDown)));
        plan.Clients.Select(client => client.Id).ShouldBe(result.Clients.Select(client => client.Id));
        plan.Seconds!.Value.ShouldBeGreaterThan(0);
    }

    [SharedDataFact]
    public async Task Where_clients_give_up_ranks_the_bytes_are_within_the_planned_bounds()
    {
        var experiment = Read("hetlora", "training.rounds=3");

        var plan = new RunPlanner(TimeProvider.System).Plan(experiment);

        using var setup = RunSetupReader.Read(experiment);
        await new RunStudy(setup, new RunFolder(folder.PathOf("run")), TimeProvider.System, new NoProgress()).RunAsync(default);
        var final = RunResultFile.Read(folder.PathOf("run/result.json")).Final;
        plan.Total!.BytesUp.Min.ShouldBeLessThan(plan.Total.BytesUp.Max);
        final.BytesUp.ShouldBeInRange(plan.Total.BytesUp.Min, plan.Total.BytesUp.Max);
        final.BytesDown.ShouldBeInRange(plan.Total.BytesDown.Min, plan.Total.BytesDown.Max);
        final.ValueBytesUp.ShouldBeInRange(plan.Total.ValueBytesUp.Min, plan.Total.ValueBytesUp.Max);
    }

    [SharedDataFact]
    public void Activations_estimated_from_the_steps_taken_are_near_what_the_largest_pass_takes()
    {
        using var setup = RunSetupReader.Read(Read("fedit", ""));
        using var tape = new Tape(setup.Backend);
        using var learner = new Learner(setup.Model, setup.Adapters, setup.Objective, tape);
        var initial = new ParameterSet(setup.Adapters.SelectMany(adapter => adapter.Initial(setup.Model, 1)));
        var steps = MeasuredSteps.Of(setup, learner, initial, TimeProvider.System, default);
        var data = setup.Owners[0].Train;
        var longest = Enumerable.Range(0, data.Count).OrderByDescending(i => data.Examples[i].Ids.Length).Take(8).ToArray();
        var rows = new TokenRows();
        data.Fill(rows, longest);
        using var other = new Tape(setup.Backend);
        using var measured = new Learner(setup.Model, setup.Adapters, setup.Objective, other);
        measured.Trainable.Write(initial);
        measured.AddGradient(rows);

        var memory = new ClientMemory(setup, setup.Backbones.Own, steps);
        ((long)measured.PeakPassRows).ShouldBe(memory.LargestPass(data, 8));
        var estimate = (double)memory.TrainingBytes(measured.PeakPassRows);
        (estimate / measured.PeakPassBytes).ShouldBeInRange(0.95, 1.05, $"estimated {estimate}, taken {measured.PeakPassBytes}, from {steps}");
    }

    [SharedDataTheory]
    [InlineData("", 0)]
    [InlineData("adaptation.lora.layers=[3,4]", 3)]
    public void What_is_kept_of_frozen_blocks_is_planned(string adaptation, int blocks)
    {
        var experiment = Read("fedit", adaptation);
        var plan = new RunPlanner(new Hasty()).Plan(experiment);

        using var setup = RunSetupReader.Read(experiment);
        var bytes = setup.Owners.Sum(owner => owner.Train.Tokens + owner.Validation!.Tokens) * 64 * sizeof(float);
        bytes.ShouldBeGreaterThan(128_000_000);
        plan.Reuse.ShouldBe(blocks == 0 ? null : new ReuseForecast(blocks, 5, 128_000_000, bytes - 128_000_000));
        plan.Clients[0].Why.Contains("kept of frozen blocks", StringComparison.Ordinal).ShouldBe(blocks > 0);
    }

    [SharedDataFact]
    public void What_cannot_hold_together_is_refused_with_every_reason()
    {
        var method = Should.Throw<ImpossibleException>(() => Read("fedit", "method.codec.down.kind=deltas method.combine.kind=trimmed_mean method.combine.fraction=0.7"));
        method.Reasons.Count.ShouldBe(2);
        var cohort = Should.Throw<ImpossibleException>(() => new RunPlanner(new Hasty()).Plan(Read("fedit", "training.cohort=11")));
        cohort.Reasons.Single().ShouldStartWith("training.cohort is 11 but the data have 4 clients");
    }

    [Theory]
    [InlineData("fedasync", "")]
    [InlineData("fedbuff", "durations={ constant: { seconds: 0 } }")]
    public void A_version_that_asks_nobody_takes_no_time(string method, string settings)
    {
        var plan = new RunPlanner(new Hasty()).Plan(Tiny(settings.Length == 0 ? [$"method={method}"] : [$"method={method}", settings]));

        double.IsFinite(plan.Seconds!.Value).ShouldBeTrue();
        plan.Seconds.Value.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("method={ base: splitlora, local_program: { cut: { blocks: 2, upper: one } } }", "", "the model has 2 blocks")]
    [InlineData("method={ base: splitlora, local_program: { cut: { blocks: 1, upper: one } } }", "durations={ log_normal: { median: 60 } }", "use constant")]
    public void A_cut_that_a_run_would_refuse_is_refused_by_the_plan(string method, string setting, string says)
    {
        var experiment = Tiny(setting.Length == 0 ? [method] : [method, setting]);

        Should.Throw<ImpossibleException>(() => new RunPlanner(new Hasty()).Plan(experiment)).Reasons.ShouldHaveSingleItem().ShouldContain(says);
        Should.Throw<ImpossibleException>(() => RunSetupReader.Read(experiment)).Reasons.ShouldHaveSingleItem().ShouldContain(says);
    }

    [Fact]
    public void A_trial_step_that_fails_is_called_one() =>
        Should.Throw<RunException>(() => new RunPlanner(new Hasty()).Plan(Tiny(["training.optimizer.adamw.lr=1e300"]))).Message.ShouldContain("experiment.yaml: the plan's trial steps failed: client owner0");

    public void Dispose() => folder.Dispose();

    private static Figure Span(RunResult result, Func<RoundResult, long> bytes) => new(result.Rounds.Min(bytes), result.Rounds.Max(bytes));

    private Experiment Tiny(IReadOnlyList<string> settings)
    {
        TinyLlamaFolder.Write(folder.Root);
        return ExperimentFile.Read(TinyLlamaFolder.Experiment(folder.Root), settings);
    }

    private Experiment Read(string method, string settings)
    {
        var files = string.Join(", ", Enumerable.Range(0, 4).Select(i => SharedData.PathOf("data", "instruction", "dolly", "10", $"local_training_{i}.json")));
        var file = folder.Write("experiment.yaml", $$"""
            model: {{SharedData.PathOf("models", "stories260K-llama")}}
            data: { train: [{{files}}], format: dolly, validation: 0.01 }
            method: { base: {{method}} }
            adaptation: { lora: { rank: 8, alpha: 16 } }
            training: { rounds: 2, local_steps: 1, batch_size: 8, max_length: 256, optimizer: { adamw: { lr: 1.0e-3 } } }
            evaluation: { every: 3 }
            backend: { threads: 2 }
            """);
        return ExperimentFile.Read(file, settings.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
