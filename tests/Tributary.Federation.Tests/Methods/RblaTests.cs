using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "rbla")]
public sealed class RblaTests
{
    [Fact]
    [Checks(1)]
    public void Each_rank_is_averaged_over_its_owners()
    {
        var state = LoraFixtures.Join(Catalogue.Rbla, LoraFixtures.F2);
        state.Model[LoraFederation.A].Values.ShouldBe([2.5f, 3.5f, 5, 6]);
        state.Model[LoraFederation.B].Values.ShouldBe([0.25f, 1, 0.75f, 0]);
    }

    [Fact]
    [Checks(2)]
    public void Zero_padding_is_smaller_by_the_weight_of_the_owners()
    {
        var padded = LoraFixtures.Join(Catalogue.Rbla with { Combine = new Combine.Factors(Normaliser.All) }, LoraFixtures.F2);
        padded.Model[LoraFederation.A].Values.ShouldBe([2.5f, 3.5f, 3.75f, 4.5f]);
        padded.Model[LoraFederation.B].Values.ShouldBe([0.25f, 0.75f, 0.75f, 0]);
    }

    [Fact]
    [Checks(3)]
    public void With_equal_ranks_it_is_FedIT()
    {
        using var own = new LoraFederation(Catalogue.Rbla with { Capacity = new Capacity.Ranks([2]) });
        using var plain = new LoraFederation(Catalogue.FedIt);
        var (mine, theirs) = (own.Run(3), plain.Run(3));
        mine[2].Model[LoraFederation.A].Values.ShouldBe(theirs[2].Model[LoraFederation.A].Values);
        mine[2].Model[LoraFederation.B].Values.ShouldBe(theirs[2].Model[LoraFederation.B].Values);
    }

    [Fact]
    [Checks(4)]
    public void A_value_that_is_not_a_number_is_an_error_and_no_padding() => Should.Throw<RunException>(
        () => LoraFixtures.Join(Catalogue.Rbla, [LoraFixtures.F2[0], LoraFixtures.F2[1] with { A = [3, 4, float.NaN, 6] }])).Message.ShouldContain("not finite");

    [Fact]
    [Checks(5)]
    public void A_rank_without_owners_stays_as_it_was()
    {
        var state = LoraFixtures.Join(Catalogue.Rbla, LoraFixtures.F1, start: LoraFixtures.Factors([9, 9, 0.1f, 8], [9, 0.3f, 9, 6]));
        state.Model[LoraFederation.A].Values.ShouldBe([2f, 3, 0.1f, 8]);
        state.Model[LoraFederation.B].Values.ShouldBe([0.5f, 0.3f, 0.5f, 6]);
    }

    [Fact]
    [Checks(6)]
    public void Products_are_as_biased_as_those_of_FedIT()
    {
        var state = LoraFixtures.Join(Catalogue.Rbla, LoraFixtures.F1);
        LoraFederation.Product(state.Model).Values.ShouldBe([1, 1.5, 1, 1.5]);
        LoraFederation.Product(LoraFixtures.Join(Catalogue.FedIt, LoraFixtures.F1).Model).Values.ShouldBe([1, 1.5, 1, 1.5]);
    }

    [Fact]
    public void A_client_receives_and_sends_its_own_ranks()
    {
        using var federation = new LoraFederation(Catalogue.Rbla with { Capacity = new Capacity.Ranks([2, 1]) });
        federation.Run(2);
        foreach (var visit in federation.Visits)
        {
            var rank = visit.Client == "c2" ? 1 : 2;
            visit.Down.Section(MessageBody.Parameters)[LoraFederation.A].Shape.ShouldBe([rank, LoraFederation.Inputs]);
            visit.Up.Section(MessageBody.Parameters)[LoraFederation.B].Shape.ShouldBe([LoraFederation.Outputs, rank]);
        }

        foreach (var (client, rank) in ((string, int)[])[("c1", 2), ("c2", 1), ("c3", 2)])
        {
            federation.Ledger.Clients[client].Up.ValueBytes.ShouldBe(2 * rank * (LoraFederation.Inputs + LoraFederation.Outputs) * 4);
            federation.Ledger.Clients[client].Down.ValueBytes.ShouldBe(2 * rank * (LoraFederation.Inputs + LoraFederation.Outputs) * 4);
        }
    }

    [Fact]
    public void Each_client_goes_on_from_its_slice_of_the_global_factors()
    {
        using var federation = new LoraFederation(Catalogue.Rbla with { Capacity = new Capacity.Ranks([2, 1]) });
        var states = federation.Run(2);
        foreach (var visit in federation.Visits.Where(visit => visit.Version == 1))
        {
            var slice = states[0].Model.AtRank(visit.Client == "c2" ? 1 : 2);
            visit.Start[LoraFederation.A].Values.ShouldBe(slice[LoraFederation.A].Values);
            visit.Start[LoraFederation.B].Values.ShouldBe(slice[LoraFederation.B].Values);
        }
    }
}
