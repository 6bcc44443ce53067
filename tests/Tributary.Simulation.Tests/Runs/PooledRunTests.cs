using Tributary.Federation.Experiments;
using Tributary.Federation.Results;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>A run of the method that pools all rows, against the baseline of the same name and against a federation.</summary>
public sealed class PooledRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PooledRunTests() => TinyLlamaFolder.Write(folder.Root);

    [Theory]
    [InlineData("")]
    [InlineData("training.cohort=2")]
    [InlineData("training.lr_schedule={cosine: {}}")]
    public async Task It_trains_what_the_pooled_baseline_trains_with_as_many_steps(string setting)
    {
        string[] settings = setting.Length == 0 ? [] : [setting];
        var (pooled, adapter) = await RunAsync("pooled", ["method=pooled", .. settings]);
        var (federated, other) = await RunAsync("fedit", ["method=fedit", .. settings]);
        pooled.Final.Metrics.Loss.ShouldBe(federated.Pooled!.Loss);
        pooled.Final.Metrics.Loss.ShouldBe(pooled.Pooled!.Loss);
        pooled.Final.Metrics.Loss.ShouldNotBe(federated.Final.Metrics.Loss);
        pooled.Local!.Loss.ShouldBe(federated.Local!.Loss);
        adapter.ShouldNotBe(other);
    }

    [Fact]
    public async Task It_is_measured_owner_by_owner_and_no_update_travels()
    {
        var (result, _) = await RunAsync("pooled", ["method=pooled", "evaluation.every=2"]);
        result.Clients.Select(client => client.Id).ShouldBe(["owner0", "owner1", "owner2", "owner3"]);
        result.Clients.Select(client => client.Metrics.Loss).Distinct().Count().ShouldBe(4);
        result.Rounds.ShouldHaveSingleItem().ValidationLoss.ShouldBe(result.Final.Metrics.Loss);
        (result.Final.BytesUp, result.Final.BytesDown, result.Final.ValueBytesUp, result.Final.ValueBytesDown).ShouldBe((0, 0, 0, 0));
        result.Trained.ShouldBe("pooled");
    }

    [Fact]
    public void Its_plan_is_of_one_who_holds_all_rows()
    {
        var plan = new RunPlanner(new Hasty()).Plan(ExperimentFile.Read(TinyLlamaFolder.Experiment(folder.Root), ["method=pooled"]));
        plan.Clients.ShouldHaveSingleItem().Id.ShouldBe("pooled");
        plan.Total.ShouldBe(new PlannedBytes(Figure.Exactly(0), Figure.Exactly(0), Figure.Exactly(0), Figure.Exactly(0)));
    }

    public void Dispose() => folder.Dispose();

    private async Task<(RunResult Result, byte[] Adapter)> RunAsync(string output, string[] settings)
    {
        using var setup = RunSetupReader.Read(ExperimentFile.Read(TinyLlamaFolder.Experiment(folder.Root), settings));
        var place = new RunFolder(folder.PathOf(output));
        var result = (await new RunStudy(setup, place, TimeProvider.System, new NoProgress()).RunAsync(default)).Result;
        return (result, File.ReadAllBytes(Path.Combine(place.Adapter, "adapter_model.safetensors")));
    }
}
