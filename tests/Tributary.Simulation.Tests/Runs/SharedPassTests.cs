using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PromptTuning;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Tests.Runs;

/// <summary>How many clients pass the backbone together.</summary>
public class SharedPassTests
{
    private const string Large = """
        {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":40000,"n_positions":64,"n_embd":512,"n_layer":1,"n_head":4}
        """;

    private static readonly LoraConfig Lora = new();

    [Theory]
    [InlineData(100, 16, 8)]
    [InlineData(5, 16, 5)]
    [InlineData(100, 50, 5)]
    [InlineData(100, JointLearner.MostRows, JointLearner.RowsPerPass / JointLearner.MostRows)]
    [InlineData(100, JointLearner.MostRows + 1, 1)]
    public void As_many_as_there_are_and_as_their_batches_have_room(int owners, int rows, int clients)
    {
        var shared = Of(Large, Lora, Method(), owners, rows);
        shared.ShouldBe(new SharedPass(clients, rows));
    }

    [Fact]
    public void One_where_nothing_is_gained_or_clients_differ_in_more_than_values()
    {
        Of(Large, Lora, Method(), 10, 16).Clients.ShouldBe(8);
        Of(Large.Replace("40000", "400", StringComparison.Ordinal), Lora, Method(), 10, 16).Clients.ShouldBe(1, "a small model");
        Of(Large, new PromptTuningConfig(3), Method(), 10, 16).Clients.ShouldBe(1);
        Of(Large, Lora, Method() with { Capacity = new Capacity.Ranks([4, 8]) }, 10, 16).Clients.ShouldBe(1);
        Of(Large, Lora, Catalogue.FedKSeed, 10, 16).Clients.ShouldBe(1, "no gradients are asked for");
        Of(Large, Lora, Catalogue.RoLora, 10, 16).Clients.ShouldBe(1, "rounds differ");
        Of(Large, Lora, Method() with { Cohort = new Cohort.Uniform(Count: 3) }, 10, 16).Clients.ShouldBe(3);
        Of(Large, Lora, Method() with { Cohort = new Cohort.Union() }, 10, 16).Clients.ShouldBe(1);
    }

    private static Method Method() => Catalogue.FedIt with { LocalProgram = new LocalProgram([new Phase(BatchSize: 2)]) };

    // Batches of two samples.
    private static SharedPass Of(string config, AdapterConfig adaptation, Method method, int owners, int rows)
    {
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(config, backend, RandomTensors.Uniform(1));
        TokenizedExample[] examples = [new(new int[rows / 2], []), new(new int[rows - (rows / 2)], [])];
        var data = new TokenizedDataset(examples, default);
        return SharedPass.Of(model, adaptation.Resolve(model), new LanguageModelling(), method, [.. Enumerable.Range(0, owners).Select(i => new OwnerData($"owner{i:D3}", data, null, null))]);
    }
}
