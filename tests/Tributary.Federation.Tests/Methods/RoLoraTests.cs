using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "rolora")]
public sealed class RoLoraTests
{
    [Fact]
    [Checks(1, 5)]
    public void Rounds_train_B_and_A_in_turn_and_send_what_they_train()
    {
        using var federation = new LoraFederation(Catalogue.RoLora, optimizer: new OptimizerSpec.AdamW(0.1, WeightDecay: 0.5));
        federation.Run(4);
        foreach (var visit in federation.Visits)
        {
            var (trained, still) = visit.Version % 2 == 0 ? (LoraFederation.B, LoraFederation.A) : (LoraFederation.A, LoraFederation.B);
            visit.Trained[still].Values.ShouldBe(visit.Start[still].Values, "neither gradient nor decay moves it");
            visit.Trained[trained].Values.ShouldNotBe(visit.Start[trained].Values);
            visit.Up.Section(MessageBody.Parameters).Single().Key.ShouldBe(trained);
        }
    }

    [Fact]
    [Checks(2)]
    public void The_mean_of_products_is_the_product_of_means_in_every_round()
    {
        using var federation = new LoraFederation(Catalogue.RoLora);
        using var plain = new LoraFederation(Catalogue.FedIt with { Weighting = new Weighting.Uniform() });
        foreach (var (state, version) in federation.Run(4).Select((state, version) => (state, version)))
        {
            LoraFederation.Distance(LoraFederation.Product(state.Model), Mean(federation, version)).ShouldBeLessThan(1e-6);
        }

        LoraFederation.Distance(LoraFederation.Product(plain.Run(2)[1].Model), Mean(plain, 1)).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    [Checks(3)]
    public void Two_rounds_upload_what_one_of_FedIT_does()
    {
        using var federation = new LoraFederation(Catalogue.RoLora);
        using var plain = new LoraFederation(Catalogue.FedIt);
        federation.Run(2);
        plain.Run(1);
        federation.Ledger.Total.Up.ValueBytes.ShouldBe(plain.Ledger.Total.Up.ValueBytes);
    }

    [Fact]
    [Checks(4)]
    public void Beginning_with_A_moves_nothing_while_B_is_zero()
    {
        var parity = (Schedule.Parity)Catalogue.RoLora.Schedule;
        using var federation = new LoraFederation(Catalogue.RoLora with { Schedule = new Schedule.Parity(parity.Even, parity.Odd) });
        var model = federation.Run(1)[0].Model;
        model[LoraFederation.A].Values.ShouldBe(federation.Start[LoraFederation.A].Values);
        LoraFederation.Product(model).Values.ShouldAllBe(value => value == 0);
    }

    private static HostMatrix Mean(LoraFederation federation, int version)
    {
        var products = federation.Visits.Where(visit => visit.Version == version).Select(visit => LoraFederation.Product(visit.Trained).Values).ToArray();
        return new(LoraFederation.Outputs, LoraFederation.Inputs, [.. products[0].Select((_, i) => products.Average(product => product[i]))]);
    }
}
