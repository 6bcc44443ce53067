using Tributary.Federation.Experiments;
using Tributary.Federation.Results;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Training;
using Tributary.Numerics;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;
using Tributary.Simulation.Tests.Runs;

namespace Tributary.Simulation.Tests.Devices;

/// <summary>Four owners of one run who keep the base in different numbers of bits, by their machines' profiles or by the method's choice.</summary>
public sealed class BaseChoiceTests : IDisposable
{
    private static readonly StorageType[] Types = [StorageType.F32, StorageType.BF16, StorageType.Int8, StorageType.Nf4];
    private readonly TemporaryFolder folder = new();

    public BaseChoiceTests() => TinyLlamaFolder.Write(folder.Root, width: 64);

    [Fact]
    public void Base_and_all_that_is_trained_with_never_take_more_than_the_memory_and_more_bits_would()
    {
        var needs = Types.Select(NeedOf).ToArray();
        needs.Zip(needs.Skip(1)).ShouldAllBe(pair => pair.First > pair.Second, "fewer bits need less");
        for (var k = 0; k < Types.Length; k++)
        {
            foreach (var memory in (long[])[needs[k], k == 0 ? needs[0] + 1_000_000 : needs[k - 1] - 1])
            {
                using var setup = Setup("fedpipe", $"a: {{ memory: {memory}, share: 1 }}");
                setup.Backbones.Of("owner1").Storage.ShouldBe(Types[k]);
                setup.Fit!.Needs.ShouldAllBe(need => need.Value.Bytes <= memory);
                setup.Fit.Needs["owner1"].Base.ShouldBe(setup.Backbones.Of("owner1").Model.DeviceBytes);
            }
        }

        Should.Throw<ImpossibleException>(() => Setup("fedpipe", $"a: {{ memory: {needs[^1] - 1}, share: 1 }}")).Reasons.ShouldHaveSingleItem();
    }

    [Fact]
    public void Who_says_how_the_base_is_kept_or_has_no_known_memory_does_not_choose()
    {
        var least = NeedOf(StorageType.Nf4);
        using var setup = Setup("fedpipe", $"told: {{ memory: 1 GB, base_dtype: bf16, clients: owner0 }}, small: {{ memory: {least}, clients: owner1 }}, unknown: {{ share: 1 }}");
        setup.Backbones.Of("owner0").Storage.ShouldBe(StorageType.BF16);
        setup.Backbones.Of("owner1").Storage.ShouldBe(StorageType.Nf4);
        setup.Backbones.Of("owner2").ShouldBe(setup.Backbones.Own);
        setup.Backbones.All.Count.ShouldBe(3, "each base is there once");

        var plan = new RunPlanner(new Hasty()).Plan(Experiment("fedpipe", $"told: {{ memory: 1 GB, base_dtype: bf16, clients: owner0 }}, small: {{ memory: {least}, clients: owner1 }}, unknown: {{ share: 1 }}"));
        plan.Devices!.Select(device => (device.Profile, string.Join('+', device.BaseTypes))).ShouldBe([("small", "nf4"), ("told", "bf16"), ("unknown", "f32")]);
        plan.Devices![0].NeededBytes.ShouldBe(setup.Fit!.Needs["owner1"].Bytes, "plan and run predict the same");
    }

    [Fact]
    public async Task A_run_whose_clients_all_keep_the_base_otherwise_trains_as_if_the_experiment_said_so()
    {
        await RunAsync("devices", "fedit", "a: { base_dtype: int8, share: 1 }");
        await RunAsync("experiment", "fedit", "a: { share: 1 }", "backend.base_dtype=int8");
        await RunAsync("whole", "fedit", "a: { share: 1 }");

        Adapter("devices").ShouldBe(Adapter("experiment"));
        Adapter("devices").ShouldNotBe(Adapter("whole"));
    }

    [Fact]
    public async Task Adapters_of_different_bits_are_joined_as_ever_and_no_base_moves()
    {
        const string Mixed = "desk: { clients: [owner0, owner1] }, phone: { base_dtype: int8, clients: owner2 }, meter: { base_dtype: nf4, clients: owner3 }";
        using var setup = Setup("fedpipe", Mixed);
        var before = setup.Backbones.All.Select(Outputs).ToArray();
        var result = await RunAsync(setup, "mixed");

        before.Distinct(new SameNumbers()).Count().ShouldBe(3, "each is kept otherwise");
        setup.Backbones.All.Select(Outputs).ShouldBe(before);
        result.Devices!.Select(device => (device.Profile, device.BaseTypes!.ShouldHaveSingleItem())).ShouldBe([("desk", "f32"), ("meter", "nf4"), ("phone", "int8")]);
        result.Rounds.ShouldAllBe(round => round.Cohort.Count == 4);
        result.Final.Metrics.Loss.ShouldBeLessThan(result.Initial!.Loss);

        // With everybody's budget alike each sends as many bytes, whatever the base is kept in.
        var alike = await RunAsync("alike", "{ base: fedpipe, capacity: { knapsack: { budgets: [1], unit: module, cost: values, mix: 1 } } }", Mixed);
        (2 * alike.Devices![1].BytesUp).ShouldBe(alike.Devices[0].BytesUp);
        alike.Devices[2].BytesUp.ShouldBe(alike.Devices[1].BytesUp);
    }

    public void Dispose() => folder.Dispose();

    private long NeedOf(StorageType type)
    {
        using var setup = Setup("fedpipe", $"a: {{ memory: 1 GB, base_dtype: {type.ToString().ToLowerInvariant()}, share: 1 }}");
        return setup.Fit!.Needs.Values.Max(need => need.Bytes);
    }

    private static float[] Outputs(Backbone backbone)
    {
        using var tape = new Tape(backbone.Model.Backend);
        using var bare = new Learner(backbone.Model, [], backbone.Objective, tape);
        var rows = new TokenRows();
        rows.Add([1, 2, 3, 4, 5], [2, 3, 4, 5, 6]);
        return bare.Logits(rows);
    }

    private byte[] Adapter(string run) => File.ReadAllBytes(folder.PathOf(Path.Combine(run, "adapter", "adapter_model.safetensors")));

    private RunSetup Setup(string method, string profiles, params string[] settings) => RunSetupReader.Read(Experiment(method, profiles, settings));

    private async Task<RunResult> RunAsync(string name, string method, string profiles, params string[] settings)
    {
        using var setup = Setup(method, profiles, settings);
        return await RunAsync(setup, name);
    }

    private async Task<RunResult> RunAsync(RunSetup setup, string name) =>
        (await new RunStudy(setup, new RunFolder(folder.PathOf(name)), TimeProvider.System, new NoProgress()).RunAsync(default)).Result;

    private Experiment Experiment(string method, string profiles, params string[] settings) => ExperimentFile.Read(
        TinyLlamaFolder.Experiment(folder.Root),
        [$"method={method}", $"devices={{ profiles: {{ {profiles} }} }}", "data.local_baseline=false", "data.pooled_baseline=false", .. settings]);

    private sealed class SameNumbers : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? one, float[]? other) => one!.AsSpan().SequenceEqual(other);

        public int GetHashCode(float[] numbers) => numbers.Length;
    }
}
