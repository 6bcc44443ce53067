using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Codecs;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Objectives;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Learning.Training;
using Tributary.Numerics.Cpu;
using Tributary.Numerics.Random;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "spry")]
public sealed class SpryTests
{
    private const string Classifier = """
        {"model_type":"llama","architectures":["LlamaForSequenceClassification"],"vocab_size":37,"max_position_embeddings":48,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,"num_labels":3,"pad_token_id":0}
        """;

    private static readonly LoraConfig Lora = new(Rank: 1, Alpha: 1, Targets: ["q_proj", "v_proj"]);

    [Fact]
    [Checks(1)]
    public void The_slope_of_dual_numbers_is_the_gradient_along_the_direction()
    {
        using var backend = new ReferenceBackend<double>();
        using var model = ModelLoader.Build(ModelFederation.Llama, backend, new RandomTensors(3, 0.3));
        using var tape = new Tape(backend);
        using var learner = new Learner(model, Lora.Resolve(model), Objective.Of(model.Shape), tape);
        learner.Trainable.Write(Normal(learner, 5));
        var direction = Normal(learner, 6);
        learner.Trainable.ZeroGradient();
        var loss = learner.AddGradient(Rows());
        var inner = learner.Trainable.ReadGradient().Zip(direction).Sum(pair => pair.First.Values.Zip(pair.Second.Values, (g, v) => (double)g * v).Sum());

        using var along = new TrainableVector(backend, learner.Trainable.Parameters.Select(p => (p.Key, p.Shape)));
        along.Write(direction);
        var forward = learner.Derivative(Rows(), along.Values);

        forward.Derivative.ShouldBe(inner, 1e-5 * Math.Abs(inner));
        forward.Loss.ShouldBe(loss, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [Checks(2)]
    public void The_shares_of_a_cohort_are_all_tensors_and_no_module_is_split(int clients)
    {
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(Classifier, backend, new RandomTensors(3));
        var layout = new TensorLayout(Lora.ForTask(model.Shape.Task).Resolve(model).SelectMany(adapter => adapter.Tensors));
        string[] cohort = [.. Enumerable.Range(1, clients).Select(k => $"c{k}")];
        var shares = cohort.Select(client => CapacityRules.HoldingOf(Catalogue.Spry with { Adaptation = Lora }, client, cohort, 1, MessageBody.Empty, 0, cohort, layout)).ToArray();
        var heads = layout.Tensors.Count(tensor => tensor.Key.Role == "head");

        heads.ShouldBeGreaterThan(0);
        foreach (var (key, _) in layout.Tensors)
        {
            shares.Count(share => share.Contains(key)).ShouldBe(key.Role == "head" ? clients : 1, key.Name);
        }

        foreach (var share in shares)
        {
            foreach (var pair in LoraPair.Among(layout.Tensors.Select(tensor => tensor.Key), Lora))
            {
                share.Contains(pair.A).ShouldBe(share.Contains(pair.B));
            }
        }
    }

    [Fact]
    [Checks(3)]
    public void A_client_sends_the_values_of_its_share_or_one_number_for_each_step_and_the_server_makes_the_same_of_both()
    {
        const int Steps = 3;
        var values = Method(Steps);
        var slopes = values with { Codec = new Codec(new Encoding.SeedScalars()) };
        using var epochs = new ModelFederation(values, Data(3));
        using var iterations = new ModelFederation(slopes, Data(3));
        var (one, other) = (epochs.Run(3), iterations.Run(3));
        for (var round = 0; round < 3; round++)
        {
            foreach (var tensor in one[round].Model)
            {
                tensor.Values.Zip(other[round].Model[tensor.Key].Values, (x, y) => Math.Abs(x - y)).Max().ShouldBeLessThan(1e-5f, $"{tensor.Key.Name} after round {round + 1}");
            }
        }

        one[2].Model.Any(tensor => !tensor.Values.SequenceEqual(epochs.Start[tensor.Key].Values)).ShouldBeTrue();
        var cohort = new[] { "c1", "c2", "c3" };
        foreach (var visit in epochs.Visits)
        {
            var share = CapacityRules.HoldingOf(values, visit.Client, cohort, 1, MessageBody.Empty, visit.Version, cohort, epochs.Layout);
            visit.Up.Section(MessageBody.Parameters).Sum(tensor => tensor.Values.Length).ShouldBe((int)share.Of(epochs.Layout).Elements);
        }

        iterations.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters).Count == 0 && visit.Up.Section(SeedScalarRules.Section).Sum(tensor => tensor.Values.Length) == Steps);
        iterations.Ledger.Total.Up.ValueBytes.ShouldBe(3 * 3 * Steps * 4);
    }

    [Fact]
    [Checks(4)]
    public void A_cohort_of_one_trains_everything_by_forward_gradients()
    {
        using var one = new ModelFederation(Method(4), Data(1));
        using var plain = new ModelFederation(Method(4) with { Capacity = new Capacity.Uniform() }, Data(1));
        one.Run(2);
        plain.Run(2);
        foreach (var (visit, same) in one.Visits.Zip(plain.Visits))
        {
            var (sent, expected) = (visit.Up.Section(MessageBody.Parameters), same.Up.Section(MessageBody.Parameters));
            sent.Select(tensor => tensor.Key).ShouldBe(one.Start.Select(tensor => tensor.Key));
            sent.ShouldAllBe(tensor => tensor.Values.SequenceEqual(expected[tensor.Key].Values));
        }
    }

    [Fact]
    [Checks(5)]
    public void Nothing_is_kept_of_a_layer_once_the_next_is_there()
    {
        var (shallow, deep) = (Peaks(2), Peaks(8));
        deep.Forward.ShouldBe(shallow.Forward, "memory of forward mode does not grow with layers");
        deep.Backward.ShouldBeGreaterThan(2 * shallow.Backward, "as that of backpropagation does");
    }

    private static (long Forward, long Backward) Peaks(int layers)
    {
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(ModelFederation.Llama.Replace("\"num_hidden_layers\":2", $"\"num_hidden_layers\":{layers}", StringComparison.Ordinal), backend, new RandomTensors(3, 0.3));
        return (Peak(learner =>
        {
            using var along = new TrainableVector(backend, learner.Trainable.Parameters.Select(p => (p.Key, p.Shape)));
            along.Write(Normal(learner, 6));
            learner.Derivative(Rows(), along.Values);
        }), Peak(learner => learner.AddGradient(Rows())));

        long Peak(Action<Learner> pass)
        {
            using var tape = new Tape(backend);
            using var learner = new Learner(model, Lora.Resolve(model), Objective.Of(model.Shape), tape);
            learner.Trainable.Write(Normal(learner, 5));
            pass(learner);
            return learner.PeakPassBytes;
        }
    }

    private static Method Method(int steps) => Catalogue.Spry with
    {
        Adaptation = Lora,
        Cohort = new Cohort.All(),
        LocalProgram = Catalogue.Spry.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.01), Budget = new Budget.Steps(steps), BatchSize = 2 }),
    };

    private static TokenizedDataset[] Data(int clients) => [.. Enumerable.Range(1, clients).Select(k => ModelFederation.Texts(k, 5 + k))];

    private static TokenRows Rows()
    {
        var rows = new TokenRows();
        rows.Add([3, 9, 27, 4, 5, 30, 8, 6, 12], [9, 27, 4, 5, 30, 8, 6, 12, TokenRows.Ignore]);
        return rows;
    }

    private static ParameterSet Normal(Learner learner, ulong key) => new(learner.Trainable.Parameters.Select(parameter =>
    {
        var tensor = HostTensor.Zeros(parameter.Key, parameter.Shape);
        new Philox(key).FillNormal(PhiloxStream.Hash(parameter.Key.Name), tensor.Values);
        return tensor;
    }));
}
