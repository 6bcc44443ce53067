using Tributary.Federation.Experiments;
using Tributary.Federation.Parts;
using Tributary.Federation.Results;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Simulation.Devices;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;
using Tributary.Simulation.Tests.Runs;

namespace Tributary.Simulation.Tests.Devices;

/// <summary>Four owners of whom two have a machine of their own kind, on a model of a few kilobytes.</summary>
public sealed class DeviceFitTests : IDisposable
{
    private const string Laptops = "laptop: { memory: 1 GB, rank: 1, bandwidth_up: 8 kbit/s, bandwidth_down: 16 kbit/s, clients: [owner0, owner2] }";
    private readonly TemporaryFolder folder = new();

    public DeviceFitTests() => TinyLlamaFolder.Write(folder.Root);

    [Fact]
    public void A_client_that_cannot_hold_its_part_is_named_before_training_with_what_it_needs_and_has()
    {
        var refused = Should.Throw<ImpossibleException>(() => Setup("rbla", Laptops, "sensor: { memory: 20 MB, clients: [owner1, owner3] }"));

        refused.Reasons.ShouldHaveSingleItem()
            .ShouldMatch(@"^2 clients \(sensor: owner1, owner3\) need up to \d+\.\d MB each and have 20\.0 MB \(program .*\); keep the base smaller .*, or set devices\.too_small: leave_out$");
        Should.Throw<ImpossibleException>(() => Setup("rbla", "sensor: { memory: 20 MB, clients: owner1 }", "desk: { share: 1 }")).Reasons.ShouldHaveSingleItem()
            .ShouldMatch(@"^client 'owner1' \(sensor\) needs \d+\.\d MB and has 20\.0 MB \(program .*\); keep the base smaller .*, or set devices\.too_small: leave_out$");
    }

    [Fact]
    public async Task Clients_that_are_left_out_take_no_part_and_the_result_says_who()
    {
        var result = await RunAsync("rbla", Laptops, "sensor: { memory: 20 MB, share: 1 }", "devices.too_small=leave_out", "training.cohort=2");

        result.Clients.Select(client => client.Id).ShouldBe(["owner0", "owner2"]);
        result.Rounds.ShouldAllBe(round => round.Cohort.Count == 2);
        var (laptop, sensor) = (result.Devices![0], result.Devices[1]);
        (laptop.Profile, sensor.Profile).ShouldBe(("laptop", "sensor"));
        laptop.Clients.ShouldBe(["owner0", "owner2"]);
        sensor.LeftOut.ShouldBe(["owner1", "owner3"]);
        sensor.Clients.ShouldBeEmpty();
        (sensor.BytesUp, sensor.NeededBytes > sensor.MemoryBytes).ShouldBe((0, true));
    }

    [Fact]
    public async Task Clients_of_a_cut_model_do_not_wait_for_each_other_s_bandwidth()
    {
        var result = await RunAsync(
            "{ base: splitlora, local_program: { cut: { blocks: 1, upper: one } } }",
            "slow: { bandwidth_up: 8 kbit/s, bandwidth_down: 16 kbit/s, clients: [owner0, owner2] }", "fast: { bandwidth_up: 1 Mbit/s, share: 1 }").WaitAsync(TimeSpan.FromSeconds(100));

        result.Rounds.Count.ShouldBe(3);
        result.Rounds.ShouldAllBe(round => round.Cohort.Count == 4 && round.Transfer!.Seconds > 0);
    }

    [Fact]
    public void Nobody_left_is_refused_in_one_line_with_what_is_needed() =>
        Should.Throw<ImpossibleException>(() => Setup("rbla", "sensor: { memory: 20 MB, share: 1 }", "", "devices.too_small=leave_out")).Reasons
            .ShouldHaveSingleItem().ShouldMatch(@"^every client's machine is too small: at least \d+\.\d MB of memory is needed; lower (?!.*leave_out)");

    [Fact]
    public void A_cohort_that_those_left_cannot_fill_is_refused_with_who_was_left_out_and_why()
    {
        string[] settings = ["devices.too_small=leave_out", "training.cohort=4"];
        const string Left = @"^training\.cohort is 4 but 3 clients are left \(left out: client 'owner1' \(sensor\) needs \d+\.\d MB and has 20\.0 MB\); lower it or leave it out$";

        Should.Throw<ImpossibleException>(() => Setup("rbla", "sensor: { memory: 20 MB, clients: owner1 }", "desk: { share: 1 }", settings)).Reasons.ShouldHaveSingleItem().ShouldMatch(Left);
        Should.Throw<ImpossibleException>(() => new RunPlanner(new Hasty()).Plan(Experiment("rbla", "sensor: { memory: 20 MB, clients: owner1 }", "desk: { share: 1 }", settings)))
            .Reasons.ShouldHaveSingleItem().ShouldMatch(Left);
    }

    [Fact]
    public void Who_is_left_out_is_among_the_warnings_of_plan_and_run()
    {
        string[] settings = ["devices.too_small=leave_out", "training.cohort=3"];
        const string Says = @"^left out: client 'owner1' \(sensor\) needs \d+\.\d MB and has 20\.0 MB$";

        using var setup = Setup("rbla", "sensor: { memory: 20 MB, clients: owner1 }", "desk: { share: 1 }", settings);
        setup.Warnings.ShouldContain(warning => System.Text.RegularExpressions.Regex.IsMatch(warning.What, Says));
        new RunPlanner(new Hasty()).Plan(Experiment("rbla", "sensor: { memory: 20 MB, clients: owner1 }", "desk: { share: 1 }", settings)).Warnings
            .ShouldContain(warning => System.Text.RegularExpressions.Regex.IsMatch(warning, Says));
    }

    [Fact]
    public async Task Bytes_and_seconds_on_the_wire_are_planned_machine_by_machine_as_they_come_about()
    {
        const string Others = "desk: { bandwidth_up: 1 Mbit/s, share: 1 }";
        var plan = new RunPlanner(new Hasty()).Plan(Experiment("rbla", Laptops, Others));
        var result = await RunAsync("rbla", Laptops, Others);

        plan.Refusals.ShouldBeEmpty();
        plan.Clients.Select(client => client.Profile).ShouldBe(["laptop", "desk", "laptop", "desk"]);
        foreach (var (planned, real) in plan.Devices!.Zip(result.Devices!))
        {
            (planned.Profile, planned.Clients, planned.Fits, planned.Rank).ShouldBe((real.Profile, 2, 2, real.Rank));
            (planned.BytesUp!.Value.Max * 2 * 3, planned.BytesDown!.Value.Max * 2 * 3).ShouldBe((real.BytesUp, real.BytesDown), "two clients in three rounds");
            (3 * planned.TransferSeconds!.Value.Max).ShouldBe(real.Transfer!.Seconds, 1e-9);
        }

        plan.Devices!.Select(device => device.Profile).ShouldBe(["desk", "laptop"]);
        plan.Devices![1].BytesUp!.Value.Max.ShouldBeLessThan(plan.Devices[0].BytesUp!.Value.Max);
        var seconds = result.Rounds.Sum(round => round.Transfer!.Seconds);
        seconds.ShouldBe(3 * Math.Max(plan.Devices[0].TransferSeconds!.Value.Max, plan.Devices[1].TransferSeconds!.Value.Max), 1e-9);
        plan.TransferSeconds.ShouldBe(new SecondsFigure(seconds, seconds));
        result.Devices!.Single(device => device.Profile == "laptop").NeededBytes.ShouldBe(plan.Devices!.Single(device => device.Profile == "laptop").NeededBytes, "plan and run predict the same");
    }

    [Fact]
    public void A_plan_whose_machines_are_too_small_has_all_figures_and_the_reasons()
    {
        var plan = new RunPlanner(new Hasty()).Plan(Experiment("rbla", Laptops, "sensor: { memory: 20 MB, share: 1 }"));

        plan.Refusals.ShouldHaveSingleItem().ShouldStartWith("2 clients (sensor: owner1, owner3) need up to ");
        plan.Clients.Select(client => client.Fits).ShouldBe([true, false, true, false]);
        plan.Devices!.Select(device => (device.Profile, device.Fits)).ShouldBe([("laptop", 2), ("sensor", 0)]);
        plan.Total!.BytesUp.Min.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Less_rank_and_fewer_blocks_need_less_and_the_same_every_time()
    {
        using var setup = Setup("rbla", "whole: { memory: 1 GB, clients: owner0 }, thin: { memory: 1 GB, rank: 1, clients: owner1 }", "low: { memory: 1 GB, layers: 1, share: 1 }");
        using var again = Setup("rbla", "whole: { memory: 1 GB, clients: owner0 }, thin: { memory: 1 GB, rank: 1, clients: owner1 }", "low: { memory: 1 GB, layers: 1, share: 1 }");
        MemoryNeed Need(string client) => setup.Fit!.Needs[client];

        Need("owner1").Values.ShouldBe(Need("owner0").Values / 2);
        Need("owner2").Activations.ShouldBeLessThan(Need("owner0").Activations);
        setup.Fit!.Needs.ShouldBe(again.Fit!.Needs);
    }

    [Fact]
    public void Memory_is_the_budget_of_clients_who_choose_their_blocks()
    {
        using var roomy = Setup("fed-pilot", "a: { memory: 1 GB, share: 1 }", "");
        var need = roomy.Fit!.Needs["owner0"];
        Budget(roomy).ShouldBe(1);

        // Room for one block's activations of two: a third of what both cost, which are 2 and 1.
        using var tight = Setup(
            "fed-pilot", $"a: {{ memory: {need.WithoutActivations + (need.Activations / 2)}, clients: owner0 }}", "b: { share: 1 }", "devices.too_small=leave_out", "training.cohort=3");
        Budget(tight).ShouldBe(1 / 3.0, 0.01);

        static double Budget(RunSetup setup) => ((Capacity.Knapsack)setup.Method.Capacity).ByClient!["owner0"];
    }

    [Fact]
    public void A_client_of_a_cut_model_needs_what_is_below_the_cut_alone()
    {
        const string Large = "large: { memory: 1 GB, share: 1 }";
        using var whole = Setup("fedit", Large, "");
        using var cut = Setup("splitlora", Large, "");
        var (all, below) = (whole.Fit!.Needs["owner0"], cut.Fit!.Needs["owner0"]);

        below.Base.ShouldBeLessThan(all.Base);
        below.Values.ShouldBe(all.Values / 2, "one block of two");
        (below.Program, below.Rows, below.Updates, below.Kept).ShouldBe((all.Program, all.Rows, 0, 0));
        below.Bytes.ShouldBeLessThan(all.Bytes);

        // A machine just large enough for it is too small for the whole.
        var snug = $"snug: {{ memory: {cut.Fit.Needs.Values.Max(need => need.Bytes)}, share: 1 }}";
        using var fits = Setup("splitlora", snug, "");
        fits.Fit!.TooSmall.ShouldBeEmpty();
        fits.Fit.Needs.ShouldBe(cut.Fit.Needs, "the same at every start");
        Should.Throw<ImpossibleException>(() => Setup("fedit", snug, "")).Reasons.ShouldHaveSingleItem().ShouldStartWith("4 clients (snug: owner0, owner1, owner2, owner3)");
        new RunPlanner(new Hasty()).Plan(Experiment("splitlora", snug)).Clients.ShouldAllBe(client => client.Fits);
    }

    [Fact]
    public void Activations_below_a_cut_are_those_of_a_real_pass_and_four_copies_of_its_rows()
    {
        using var setup = Setup("splitlora", "large: { memory: 1 GB, share: 1 }", "");
        var batch = setup.Method.LocalProgram.Phases[0].BatchSize;
        using var upperTape = new Tape(setup.Backend);
        using var upper = new Learner(setup.Model, setup.Adapters, setup.Objective, upperTape);
        using var tape = new Tape(setup.Backend);
        using var lower = new Learner(setup.Model, setup.Adapters, new CutLoss(setup.Objective, 1, new UpperLearner(upper, 1)), tape);
        var data = setup.Owners[0].Train;
        var rows = new TokenRows();
        data.Fill(rows, [.. Enumerable.Range(0, data.Count).OrderByDescending(i => data.Examples[i].Rows).Take(batch)]);

        lower.AddGradient(rows);

        var copies = 4 * sizeof(float) * setup.Model.Shape.Width * rows.Count;
        var ratio = (setup.Fit!.Needs["owner0"].Activations - copies) / (double)lower.PeakPassBytes;
        ratio.ShouldBeInRange(0.95, 1.05);
    }

    public void Dispose() => folder.Dispose();

    private RunSetup Setup(string method, string first, string second, params string[] settings) => RunSetupReader.Read(Experiment(method, first, second, settings));

    private async Task<RunResult> RunAsync(string method, string first, string second, params string[] settings)
    {
        using var setup = Setup(method, first, second, settings);
        return (await new RunStudy(setup, new RunFolder(folder.PathOf("run")), TimeProvider.System, new NoProgress()).RunAsync(default)).Result;
    }

    private Experiment Experiment(string method, string first, string second = "", params string[] settings) => ExperimentFile.Read(
        TinyLlamaFolder.Experiment(folder.Root),
        [$"method={method}", $"devices={{ profiles: {{ {first}{(second.Length > 0 ? ", " : "")}{second} }} }}", "data.local_baseline=false", "data.pooled_baseline=false", .. settings]);
}
