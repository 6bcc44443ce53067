using Tributary.Federation.Experiments;
using Tributary.Learning.Adaptation;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>An emulator that the server aligns on data of its own, from the experiment file to the folder.</summary>
public sealed class AlignedEmulatorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [SharedDataFact]
    public async Task It_is_made_once_planned_to_the_byte_and_kept_apart_from_what_is_plugged_in()
    {
        var experiment = Read("data.public=" + Owner(2));
        var plan = new RunPlanner(new Hasty()).Plan(experiment);
        plan.Warnings.ShouldAllBe(warning => !warning.Contains("aligned") && !warning.Contains("data.public"));
        var (whole, stopped) = (new RunFolder(folder.PathOf("whole")), new RunFolder(folder.PathOf("stopped")));
        var result = (await RunAsync(experiment, whole, new NoProgress())).Result;
        plan.Total.ShouldBe(new PlannedBytes(
            Figure.Exactly(result.Final.BytesUp), Figure.Exactly(result.Final.BytesDown), Figure.Exactly(result.Final.ValueBytesUp), Figure.Exactly(result.Final.ValueBytesDown)));

        await Should.ThrowAsync<RunException>(RunAsync(experiment, stopped, new Dying()));
        var made = File.GetLastWriteTimeUtc(stopped.Prepared);
        await RunAsync(experiment, stopped, new NoProgress());
        File.GetLastWriteTimeUtc(stopped.Prepared).ShouldBe(made);
        foreach (var adapter in new[] { "", "emulator" })
        {
            Tensors(stopped, adapter).ShouldBe(Tensors(whole, adapter));
        }

        using var setup = RunSetupReader.Read(experiment);
        AdapterFolder.ReadAll(whole.Adapter, setup.Model).ShouldHaveSingleItem().Values.Select(tensor => tensor.Key.Layer).Distinct().Order().ShouldBe([0, 4]);
    }

    [SharedDataFact]
    public void Without_such_data_the_plan_tells_that_it_is_not_aligned()
    {
        var plan = new RunPlanner(new Hasty()).Plan(Read());
        plan.Warnings.ShouldContain(warning => warning.Contains("not aligned"));
        plan.PerRound!.ValueBytesDown.ShouldBe(plan.PerRound.ValueBytesUp, "nothing is handed over that does not come back");
        using var other = RunSetupReader.Read(Read("method=fedit", "adaptation={ lora: { rank: 2 } }", "data.public=" + Owner(2)));
        other.Warnings.ShouldContain(warning => warning.What.Contains("data.public is not used"));
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Tensors(RunFolder run, string adapter) => File.ReadAllBytes(Path.Combine(run.Adapter, adapter, AdapterFolder.TensorFile));

    private static string Owner(int owner) => SharedData.PathOf("data", "instruction", "dolly", "10", $"local_training_{owner}.json");

    private static async Task<RunOutcome> RunAsync(Experiment experiment, RunFolder run, IRunProgress progress)
    {
        using var setup = RunSetupReader.Read(experiment);
        return await new RunStudy(setup, run, TimeProvider.System, progress).RunAsync(default);
    }

    private Experiment Read(params string[] settings) => ExperimentFile.Read(
        folder.Write("experiment.yaml", $$"""
            model: {{SharedData.PathOf("models", "stories260K-llama")}}
            data: { train: [{{Owner(0)}}, {{Owner(1)}}], format: dolly, validation: 0.02 }
            method: { base: federated-offsite-tuning, initialisation: { aligned_emulator: { steps: 3, learning_rate: 1.0e-3 } } }
            adaptation: { emulator: { bottom: 1, top: 1, drop: 0.34 } }
            training: { rounds: 2, local_steps: 2, batch_size: 2, max_length: 32 }
            evaluation: { every: 2 }
            backend: { threads: 2 }
            seed: 3
            """),
        settings);

    /// <summary>Ends a run where its third update has arrived.</summary>
    private sealed class Dying : IRunProgress
    {
        private int arrived;

        public void Update(string client)
        {
            if (++arrived == 3)
            {
                throw new RunException("stopped by the test");
            }
        }
    }
}
