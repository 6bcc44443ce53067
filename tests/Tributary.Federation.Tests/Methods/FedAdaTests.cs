using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;

namespace Tributary.Federation.Tests.Methods;

[Specification(4, "fedada-kim")]
public sealed class FedAdaTests
{
    private static readonly TokenizedDataset[] Data = [ModelFederation.Texts(1, 5), ModelFederation.Texts(2, 3)];

    [Fact]
    [Checks(1)]
    public void The_base_stays_as_it_was()
    {
        using var federation = new ModelFederation(Faster(Catalogue.FedAda), Data);
        var before = federation.BaseOutputs();
        federation.Run(2);
        federation.BaseOutputs().ShouldBe(before);
    }

    [Theory]
    [InlineData(false, 4, 2)]
    [InlineData(true, 3, 4)]
    [Checks(2)]
    public void An_upload_holds_two_matrices_and_two_biases_of_every_module(bool afterAttention, int width, int modules)
    {
        using var federation = new ModelFederation(Catalogue.FedAda with { Adaptation = BottleneckConfig.Pfeiffer with { Size = width, AfterAttention = afterAttention } }, Data);
        federation.Run(1);
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(4 * modules * ((2 * ModelFederation.Width * width) + width + ModelFederation.Width));
        federation.Ledger.Clients["c1"].Down.ValueBytes.ShouldBe(federation.Ledger.Clients["c1"].Up.ValueBytes);
    }

    [Fact]
    [Checks(2)]
    public void That_of_a_classifier_holds_its_head_too()
    {
        const string Encoder = """
            {"model_type":"bert","architectures":["BertForSequenceClassification"],"num_labels":3,"vocab_size":37,"max_position_embeddings":24,"hidden_size":16,"num_hidden_layers":2,
            "num_attention_heads":2,"intermediate_size":24}
            """;
        const int Width = ModelFederation.Width, Size = 4, Classes = 3;
        using var federation = new ModelFederation(Catalogue.FedAda with { Adaptation = BottleneckConfig.Pfeiffer with { Size = Size } }, [TinyOwners.Labelled(1, 6), TinyOwners.Labelled(2, 9)], Encoder);
        federation.Run(1);
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(4 * ((2 * ((2 * Width * Size) + Size + Width)) + (Classes * Width) + Classes));
    }

    [Fact]
    [Checks(3)]
    public void Fresh_adapters_leave_every_output_as_it_was()
    {
        foreach (var config in (BottleneckConfig[])[BottleneckConfig.Pfeiffer, BottleneckConfig.Houlsby, BottleneckConfig.Parallel])
        {
            using var federation = new ModelFederation(Catalogue.FedAda with { Adaptation = config }, Data);
            federation.Logits(federation.Start).ShouldBe(federation.BaseLogits());
        }
    }

    [Fact]
    [Checks(4)]
    public void The_place_of_an_adapter_matters_from_the_first_step()
    {
        var size = new BottleneckConfig(Size: 4).Size;
        using var behind = new ModelFederation(Faster(Catalogue.FedAda with { Adaptation = BottleneckConfig.Pfeiffer with { Size = size } }), Data);
        using var beside = new ModelFederation(Faster(Catalogue.FedAda with { Adaptation = BottleneckConfig.Parallel with { Size = size } }), Data);
        behind.Logits(behind.Run(1)[0].Model).ShouldNotBe(beside.Logits(beside.Run(1)[0].Model));
    }

    private static Method Faster(Method method) => method with { LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(0.01) }) };
}
