using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.BitFit;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Head;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.PrefixTuning;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The paper's megabytes are those of ViT-Base, an image model that this tool does not have; a payload of biases and head is held to its count of values instead.</summary>
[Specification(4, "fedpeft")]
[OpenCheck(3, "the megabytes of ViT-Base are those of an image model; the count is held on a text encoder")]
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
