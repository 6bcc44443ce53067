using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Cpu;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// The paper's backbone is ViT-Base. There are no image models here: its payload is held on a text encoder whose blocks have exactly its tensors of bias and its widths. What is
/// not there is ViT's patch embedding (with its bias), its class token and the norm behind its last block; the text encoder has a norm behind its embeddings and a pooler.
/// </summary>
[Specification(4, "fedpeft")]
public sealed class FedPeftTests
{
    private const string Encoder = """
        {"model_type":"bert","architectures":["BertForSequenceClassification"],"num_labels":3,"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
        "num_attention_heads":2,"intermediate_size":24}
        """;

    private static readonly TokenizedDataset[] Data = [Classified(1, 5), Classified(2, 3)];

    private static readonly AdapterConfig[] Variants = [new BitFitConfig(), new HeadConfig(), new BottleneckConfig(Size: 4), new PrefixTuningConfig(3), new LoraConfig(2, 4), new FullConfig()];

    [Fact]
    [Checks(1)]
    public void Another_variant_changes_the_trained_tensors_and_nothing_else()
    {
        var seen = new HashSet<string>();
        foreach (var variant in Variants)
        {
            var method = Whole with { Adaptation = variant };
            (method with { Adaptation = Whole.Adaptation }).ShouldBe(Whole);
            using var federation = new ModelFederation(method, Data, Encoder);
            federation.Run(1);
            string[] names = [.. federation.Layout.Tensors.Select(tensor => tensor.Key.WireName)];
            federation.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key.WireName).SequenceEqual(names));
            names.Count(name => name.StartsWith("classifier", StringComparison.Ordinal) || name.Contains(".classifier", StringComparison.Ordinal)).ShouldBe(2, "the head is always among them");
            seen.Add(string.Join(' ', names)).ShouldBeTrue();
        }
    }

    [Fact]
    [Checks(2)]
    public void Everything_trained_is_federated_averaging()
    {
        using var federation = new ModelFederation(Whole with { Adaptation = new FullConfig() }, Data, Encoder);
        var model = federation.Run(1)[0].Model;
        model.Count.ShouldBe(federation.Model.Tensors.Count(tensor => tensor.IsUsed));
        foreach (var tensor in model)
        {
            var (first, second) = (federation.Visits[0].Up.Section(MessageBody.Parameters)[tensor.Key].Values, federation.Visits[1].Up.Section(MessageBody.Parameters)[tensor.Key].Values);
            tensor.Values.ShouldBe(first.Zip(second, (a, b) => (float)(((5.0 * a) + (3.0 * b)) / 8)), 1e-6);
        }
    }

    [Fact]
    [Checks(3)]
    public void A_payload_of_biases_is_four_bytes_for_each_and_for_each_value_of_the_head()
    {
        using var federation = new ModelFederation(Whole, Data, Encoder);
        federation.Run(1);
        const int Width = ModelFederation.Width, Inner = 24, Classes = 3;
        const int Block = (3 * Width) + Width + Width + Inner + Width + Width;
        const int Biases = Width + (2 * Block) + Width, Head = (Classes * Width) + Classes;
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(4 * (Biases + Head));
    }

    [Fact]
    [Checks(3)]
    public void The_biases_of_ViT_Bases_blocks_and_a_head_of_a_hundred_classes_are_the_papers_megabytes()
    {
        const string Wide = """
            {"model_type":"bert","architectures":["BertForSequenceClassification"],"num_labels":100,"vocab_size":37,"max_position_embeddings":24,"hidden_size":768,"num_hidden_layers":12,
            "num_attention_heads":12,"intermediate_size":3072}
            """;
        using var backend = new CpuBackend(1);
        using var model = ModelLoader.Build(Wide, backend, new RandomTensors(1, 0.02));
        var layout = new TensorLayout(Whole.Adaptation.ForTask(model.Shape.Task).Resolve(model).SelectMany(adapter => adapter.Tensors));
        long Values(Func<TensorKey, bool> chosen) => layout.Tensors.Where(tensor => chosen(tensor.Key)).Sum(tensor => tensor.Shape.Aggregate(1L, (x, y) => x * y));
        var (blocks, head) = (Values(key => key.Layer >= 0), Values(IsHead));
        blocks.ShouldBe(12 * 8448);
        head.ShouldBe(76_900);
        (blocks + head).ShouldBe(178_276);
        (4.0 * (blocks + head) / (1 << 20)).ShouldBe(0.680, 5e-4);

        // What a client uploads is that and the two biases outside the blocks that a text encoder has; no weight was made for it.
        var plan = new RunPlan("run", "config", Whole, 1, ["c1"], layout, 1);
        var zeros = new ParameterSet(layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape)));
        TrafficForecast.Of(plan, zeros).ShouldHaveSingleItem().Bytes.Up.ValueBytes.ShouldBe(4 * (178_276 + (2 * 768)));
        model.DeviceBytes.ShouldBe(0);

        static bool IsHead(TensorKey key) => key.Layer < 0 && key.Name.Contains("classifier", StringComparison.Ordinal);
    }

    [Fact]
    [Checks(4)]
    public void What_is_frozen_is_the_same_on_every_client_in_every_round()
    {
        using var federation = new ModelFederation(Whole, Data, Encoder);
        var before = federation.BaseOutputs();
        federation.Run(3);
        federation.BaseOutputs().ShouldBe(before);
        federation.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters).All(tensor => federation.Layout.Tensors.Any(known => known.Key == tensor.Key)));
    }

    private static Method Whole { get; } = Catalogue.FedPeft with { Cohort = new Cohort.All(), LocalProgram = Catalogue.FedPeft.LocalProgram.WithEveryPhase(phase => phase with { Budget = new Budget.Steps(2) }) };

    private static TokenizedDataset Classified(int seed, int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new TokenizedExample([.. Enumerable.Range(0, 6).Select(t => (seed + (7 * i) + (t * t)) % 37)], [], Class: (seed + i) % 3))], default);
}
