using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Optimization;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "ffa-lora")]
public sealed class FfaLoraTests
{
    [Fact]
    [Checks(1)]
    public void A_has_the_same_bits_everywhere_and_never_travels_also_with_weight_decay()
    {
        using var federation = new LoraFederation(Catalogue.FfaLora, optimizer: new OptimizerSpec.AdamW(0.1, WeightDecay: 0.5));
        var states = federation.Run(3);
        foreach (var set in federation.Visits.SelectMany(visit => new[] { visit.Start, visit.Trained }).Concat(states.Select(state => state.Model)))
        {
            set[LoraFederation.A].Values.ShouldBe(federation.Start[LoraFederation.A].Values);
        }

        federation.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters).Single().Key == LoraFederation.B);
        federation.Visits.ShouldAllBe(visit => visit.Down.Section(MessageBody.Parameters).Single().Key == LoraFederation.B);
        states[2].Model[LoraFederation.B].Values.ShouldNotBe(federation.Start[LoraFederation.B].Values);
    }

    [Fact]
    [Checks(2)]
    public void An_upload_is_B_alone()
    {
        using var federation = new LoraFederation(Catalogue.FfaLora);
        federation.Run(1);
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(2 * LoraFederation.Outputs * 4);
    }

    [Fact]
    [Checks(2, 6)]
    public void On_a_square_layer_an_upload_is_half_of_FedITs_and_of_the_adapters_that_were_made_only_B_is_trained()
    {
        var square = new LoraConfig(2, 4, Targets: ["q_proj"]);
        TokenizedDataset[] data = [ModelFederation.Texts(1, 3), ModelFederation.Texts(2, 5)];
        using var federation = new ModelFederation(Catalogue.FfaLora with { Adaptation = square }, data);
        using var plain = new ModelFederation(Catalogue.FedIt with { Adaptation = square }, data);
        federation.Run(2);
        plain.Run(2);
        (2 * federation.Ledger.Total.Up.ValueBytes).ShouldBe(plain.Ledger.Total.Up.ValueBytes);
        foreach (var visit in federation.Visits)
        {
            visit.Trained.ShouldAllBe(tensor => (tensor.Key.Role == "lora_A") == tensor.Values.SequenceEqual(visit.Start[tensor.Key].Values));
        }
    }

    [Fact]
    [Checks(3)]
    public void The_mean_of_products_is_the_product_of_means()
    {
        using var federation = new LoraFederation(Catalogue.FfaLora);
        var state = federation.Run(1)[0];
        var mean = new HostMatrix(LoraFederation.Outputs, LoraFederation.Inputs);
        foreach (var visit in federation.Visits)
        {
            var share = (visit.Client[1] - '0') / 6.0;
            foreach (var (value, i) in LoraFederation.Product(visit.Trained).Values.Select((value, i) => (value, i)))
            {
                mean.Values[i] += share * value;
            }
        }

        LoraFederation.Distance(LoraFederation.Product(state.Model), mean).ShouldBeLessThan(1e-6);
    }

    [Fact]
    [Checks(4)]
    public void The_update_stays_in_the_row_space_of_A()
    {
        using var federation = new LoraFederation(Catalogue.FfaLora);
        foreach (var state in federation.Run(3))
        {
            var basis = ThinQr.Of(LoraFederation.Matrix(federation.Start[LoraFederation.A]).Transposed()).Q;
            var product = LoraFederation.Product(state.Model);
            LoraFederation.Distance(product, product.Times(basis).Times(basis.Transposed())).ShouldBeLessThan(1e-6);
        }
    }

    [Fact]
    [Checks(5)]
    public void A_larger_scale_and_a_smaller_rate_give_the_same_updates_under_SGD()
    {
        using var one = new LoraFederation(Catalogue.FfaLora, optimizer: new OptimizerSpec.Sgd(0.1), adaptation: new LoraConfig(2, 4));
        using var two = new LoraFederation(Catalogue.FfaLora, optimizer: new OptimizerSpec.Sgd(0.1 / 9), adaptation: new LoraConfig(2, 12));
        foreach (var (first, second) in one.Run(3).Zip(two.Run(3)))
        {
            LoraFederation.Distance(LoraFederation.Product(first.Model).Scaled(2), LoraFederation.Product(second.Model).Scaled(6)).ShouldBeLessThan(1e-5);
        }
    }
}
