using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.FrozenLayers;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(4, "fedadapter")]
public sealed class FedAdapterTests
{
    private static readonly TokenizedDataset[] Data = [ModelFederation.Texts(1, 5), ModelFederation.Texts(2, 3)];

    [Fact]
    [Checks(1)]
    public void A_deeper_or_wider_configuration_begins_with_the_same_outputs()
    {
        var small = new BottleneckConfig(Size: 8, Units: 2, Top: 1);
        using var federation = new ModelFederation(With(small), Data);
        var trained = federation.Run(2)[1].Model;
        var outputs = federation.Logits(trained);
        outputs.ShouldNotBe(federation.BaseLogits());
        foreach (var larger in (BottleneckConfig[])[small with { Top = 2 }, small with { Units = 3 }])
        {
            var adapters = larger.Resolve(federation.Model);
            var grown = new ParameterSet(adapters[0].Initial(federation.Model, 9).Select(tensor => trained.TryGet(tensor.Key, out var known) ? known : tensor));
            grown.Count.ShouldBeGreaterThan(trained.Count);
            federation.Logits(adapters, grown).ShouldBe(outputs);
        }
    }

    [Fact]
    [Checks(2)]
    public void Losses_and_models_are_the_same_with_and_without_rows_kept_of_frozen_blocks()
    {
        var method = With(new BottleneckConfig(Size: 8, Top: 1));
        using var kept = new ModelFederation(method, Data, rows: ActivationLimits.Default);
        using var anew = new ModelFederation(method, Data);
        var (model, expected) = (kept.Run(3)[2].Model, anew.Run(3)[2].Model);
        kept.BytesOfRows.ShouldBeGreaterThan(0);
        kept.Visits.Select(visit => visit.Up.Numbers[Update.TrainLossNumber]).ShouldBe(anew.Visits.Select(visit => visit.Up.Numbers[Update.TrainLossNumber]));
        model.ShouldAllBe(tensor => tensor.Values.SequenceEqual(expected[tensor.Key].Values));
    }

    [Fact]
    [Checks(3)]
    public void More_blocks_below_the_top_ones_take_no_more_memory_of_a_step()
    {
        PeakOf(blocks: 8, top: 1).ShouldBe(PeakOf(blocks: 2, top: 1));
        PeakOf(blocks: 8, top: 8).ShouldBeGreaterThan(2 * PeakOf(blocks: 8, top: 1));

        static long PeakOf(int blocks, int top)
        {
            var config = ModelFederation.Llama.Replace("\"num_hidden_layers\":2", $"\"num_hidden_layers\":{blocks}", StringComparison.Ordinal);
            using var federation = new ModelFederation(With(new BottleneckConfig(Size: 8, Top: top)), Data, config);
            federation.Run(1);
            return federation.Learner.PeakPassBytes;
        }
    }

    [Fact]
    [Checks(3)]
    public void Nothing_below_the_top_blocks_has_a_gradient()
    {
        using var federation = new ModelFederation(With(new BottleneckConfig(Size: 8, Top: 1)), Data);
        federation.Learner.FrozenBlocks.ShouldBe(1);
        federation.Learner.Trainable.Parameters.ShouldAllBe(parameter => parameter.Key.Layer == 1);
    }

    [Fact]
    [Checks(4)]
    public void With_a_fixed_configuration_it_is_federated_averaging_of_adapters()
    {
        using var federation = new ModelFederation(With(new BottleneckConfig(Size: 8, Top: 1)), Data);
        var model = federation.Run(1)[0].Model;
        foreach (var tensor in model)
        {
            var (first, second) = (federation.Visits[0].Up.Section(MessageBody.Parameters)[tensor.Key].Values, federation.Visits[1].Up.Section(MessageBody.Parameters)[tensor.Key].Values);
            tensor.Values.ShouldBe(first.Zip(second, (a, b) => (float)(((5.0 * a) + (3.0 * b)) / 8)), 1e-6);
        }
    }

    [Fact]
    public void An_upload_holds_the_units_of_the_top_blocks()
    {
        using var federation = new ModelFederation(With(new BottleneckConfig(Size: 8, Units: 3, Top: 1)), Data);
        federation.Run(1);
        const int Width = ModelFederation.Width;
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(4 * 3 * ((16 * Width) + 8 + Width));
    }

    private static Method With(BottleneckConfig config) => Catalogue.FedAdapter with
    {
        Adaptation = config,
        LocalProgram = Catalogue.FedAdapter.LocalProgram.WithEveryPhase(phase => phase with { Budget = new Budget.Steps(3) }),
    };
}
