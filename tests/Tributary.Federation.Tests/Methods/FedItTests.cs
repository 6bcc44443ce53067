using Tributary.Federation.Messages;
using Tributary.Federation.Methods;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedit")]
public sealed class FedItTests
{
    [Fact]
    [Checks(1)]
    public void Averaged_factors_miss_the_average_update_by_the_covariance_of_the_factors()
    {
        var product = LoraFederation.Product(LoraFixtures.Join(Catalogue.FedIt, LoraFixtures.F1).Model).Values;
        product.ShouldBe([1, 1.5, 1, 1.5]);
        double[] mean = [0.5, 1, 1.5, 2], covariance = new double[4];
        foreach (var update in LoraFixtures.F1)
        {
            for (var i = 0; i < 4; i++)
            {
                // Means of the factors: B = [½, ½], A = [2, 3].
                covariance[i] += 0.5 * (update.B[i / 2] - 0.5) * (update.A[i % 2] - (2 + (i % 2)));
            }
        }

        mean.Zip(product, (m, p) => m - p).ShouldBe(covariance, 1e-6);
        covariance.ShouldBe([-0.5, -0.5, 0.5, 0.5]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(1000, 1)]
    [Checks(2)]
    public void Identical_updates_are_their_mean_whatever_the_examples(int first, int second)
    {
        FactorUpdate update = new([0.1f, -2.3f], [7.7f, 1e-3f], first);
        var model = LoraFixtures.Join(Catalogue.FedIt, [update, update with { Examples = second }, update]).Model;
        model[LoraFederation.A].Values.ShouldBe(update.A, 1e-6);
        model[LoraFederation.B].Values.ShouldBe(update.B, 1e-6);
    }

    [Fact]
    [Checks(3)]
    public void Only_shares_of_examples_count_and_without_a_client_they_are_shared_anew()
    {
        FactorUpdate[] updates = [new([1, 2], [1, 0], 1), new([3, 4], [0, 1], 3), new([5, 9], [2, 2], 4)];
        var tenfold = LoraFixtures.Join(Catalogue.FedIt, [.. updates.Select(update => update with { Examples = 10 * update.Examples })]);
        tenfold.Model[LoraFederation.A].Values.ShouldBe(LoraFixtures.Join(Catalogue.FedIt, updates).Model[LoraFederation.A].Values);
        LoraFixtures.Join(Catalogue.FedIt, updates[..2]).Model[LoraFederation.A].Values.ShouldBe([2.5f, 3.5f]);
    }

    [Fact]
    [Checks(4)]
    public void An_upload_holds_the_two_factors_and_nothing_of_the_base()
    {
        using var federation = new LoraFederation(Catalogue.FedIt);
        federation.Run(2);
        federation.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key).SequenceEqual(new[] { LoraFederation.A, LoraFederation.B }));
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(2 * 2 * (LoraFederation.Inputs + LoraFederation.Outputs) * 4);
    }

    [Fact]
    [Checks(5)]
    public void Neither_order_nor_a_model_used_before_matters()
    {
        using var federation = new LoraFederation(Catalogue.FedIt);
        var expected = federation.Run(2)[1].Model;
        foreach (var variant in (Variant[])[new(Reversed: true), new(Parallel: true)])
        {
            using var other = new LoraFederation(Catalogue.FedIt, variant: variant);
            other.Run(2)[1].Model[LoraFederation.B].Values.ShouldBe(expected[LoraFederation.B].Values);
        }
    }
}
