using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Emulator;
using Tributary.Learning.Adaptation.LoraExperts;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Plan;
using Tributary.Simulation.Tests.Runs;

namespace Tributary.Simulation.Tests.Studies.Plan;

/// <summary>The plan of every method of the catalogue against the ledger of its run: the same bytes where lengths do not depend on data, within the bounds otherwise.</summary>
public sealed class CataloguePlanTests : IDisposable
{
    private const int Rounds = 3;
    private readonly TemporaryFolder folder = new();

    /// <summary>Methods that a LLaMA of two blocks and 32 positions, without biases and classes, can run; the bytes of the others are held in the tests of each.</summary>
    public static TheoryData<string> All => [.. Catalogue.All
        .Where(method => method.Combine is not Combine.Bank && method.LocalProgram.PseudoLabels is null && method.Adaptation is not (BitFitConfig or EmulatorConfig or PromptTuningConfig { VirtualTokens: > 16 }))
        .Select(method => method.Id)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Planned_bytes_are_those_of_the_ledger(string id)
    {
        TinyLlamaFolder.Write(folder.Root);
        var experiment = Read(id);

        var plan = new RunPlanner(new Hasty()).Plan(experiment);

        using var setup = RunSetupReader.Read(experiment);
        var result = (await new RunStudy(setup, new RunFolder(folder.PathOf("run")), TimeProvider.System, new NoProgress()).RunAsync(default)).Result;
        var final = result.Final;
        foreach (var (planned, real) in new[]
        {
            (plan.Total!.BytesUp, final.BytesUp), (plan.Total.BytesDown, final.BytesDown), (plan.Total.ValueBytesUp, final.ValueBytesUp), (plan.Total.ValueBytesDown, final.ValueBytesDown),
        })
        {
            real.ShouldBeInRange(planned.Min, planned.Max);
        }

        foreach (var round in result.Rounds)
        {
            round.BytesUp.ShouldBeInRange(plan.PerRound!.BytesUp.Min, plan.PerRound.BytesUp.Max);
            round.BytesDown.ShouldBeInRange(plan.PerRound.BytesDown.Min, plan.PerRound.BytesDown.Max);
        }

        (plan.Total.BytesUp.Min == plan.Total.BytesUp.Max && plan.Total.BytesDown.Min == plan.Total.BytesDown.Max).ShouldBe(!DependsOnData(setup.Method), "a bracket is for lengths that depend on data alone");
    }

    public void Dispose() => folder.Dispose();

    // Who gives ranks up, is promoted or holds which experts, which entries, blocks or slots are chosen, and whom a server that does not wait has heard.
    private static bool DependsOnData(Method method) =>
        method.Capacity is Capacity.Ranks { Pruning: not null } or Capacity.Promoted or Capacity.Pruned or Capacity.Knapsack or Capacity.Slots or Capacity.Layers or Capacity.Experts
        || EncodingRules.SelectionOf(method.Codec.Up) is not null || EncodingRules.SelectionOf(method.Codec.Down) is not null
        || (method.LocalProgram.Reports.Count > 0 && method.Pace is not Pace.WholeCohort);

    private Experiment Read(string id) => ExperimentFile.Read(folder.Write("catalogue.yaml", $$"""
        model: model
        data: { train: data/*.jsonl, format: alpaca, template: plain, validation: 0.2 }
        method: {{id}}
        adaptation: {{(Catalogue.Find(id).Adaptation is LoraExpertsConfig ? "{ lora_experts: { experts: 8 } }" : "own")}}
        training: { rounds: {{Rounds}}, local_steps: 1, batch_size: 4, max_length: 24 }
        """));

    /// <summary>A clock on which every step is long, so that few are measured.</summary>
}
