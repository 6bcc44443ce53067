using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Numerics;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(7, "flexlora")]
public sealed class FlexLoraTests
{
    // With one scale of 1 for all ranks, as the figures of F2 suppose.
    private static readonly Method Common = Catalogue.FlexLora with { Capacity = new Capacity.Ranks() };

    [Fact]
    [Checks(1, 2)]
    public void The_server_has_the_mean_of_the_updates()
    {
        var state = LoraFixtures.Join(Common, LoraFixtures.F2);
        LoraFederation.Product(state.Model).Values.ShouldBe([4, 5, 2.25, 3], 1e-5);
        JacobiSvd.Of(LoraFederation.Product(state.Model)).S.ShouldBe([7.419723, 0.101082], 1e-5);
    }

    [Fact]
    [Checks(1)]
    public void A_smaller_client_receives_the_best_approximation_of_its_rank()
    {
        var slice = LoraFederation.Product(LoraFixtures.Join(Common, LoraFixtures.F2).Model.AtRank(1));
        slice.Values.ShouldBe([3.959865, 5.031587, 2.318547, 2.946053], 1e-5);
        LoraFederation.Distance(slice, new HostMatrix(2, 2, [4, 5, 2.25, 3])).ShouldBe(0.101082, 1e-5);
    }

    [Fact]
    public void What_the_rank_leaves_out_is_measured()
    {
        var (_, whole) = LoraFixtures.Play(Common, LoraFixtures.F2);
        whole["truncation_error"].ShouldBe(0, 1e-7);

        // Two updates of rank 1 that do not lie on each other: the smaller singular value of their mean is lost.
        var (_, cut) = LoraFixtures.Play(Common, LoraFixtures.F1);
        var values = JacobiSvd.Of(new HostMatrix(2, 2, [0.5, 1, 1.5, 2])).S;
        cut["truncation_error"].ShouldBe(values[1] / Math.Sqrt((values[0] * values[0]) + (values[1] * values[1])), 1e-6);
    }

    [Fact]
    [Checks(2)]
    public void Slices_are_nested_and_give_the_same_update_under_the_scale_of_their_rank()
    {
        var method = Catalogue.FlexLora with { Adaptation = new LoraConfig(2, 6) };
        var state = LoraFixtures.Join(Catalogue.FlexLora, LoraFixtures.F2, alpha: 6);
        var small = DispatchRules.Body(method, state, new Holding(1), "c0").Section(MessageBody.Parameters);
        small[LoraFederation.A].Values.ShouldBe(state.Model[LoraFederation.A].Values[..2]);
        var bare = LoraFederation.Product(state.Model.AtRank(1)).Scaled(6 / 2.0);
        LoraFederation.Distance(LoraFederation.Product(small).Scaled(6 / 1.0), bare).ShouldBeLessThan(1e-5);
    }

    [Fact]
    [Checks(3)]
    public void The_update_does_not_depend_on_alpha()
    {
        FactorUpdate[] updates = [.. LoraFixtures.F2.Select(update => update with { B = [.. update.B.Select(value => value / 3)] })];
        var (one, three) = (LoraFixtures.Join(Catalogue.FlexLora, LoraFixtures.F2, alpha: 2), LoraFixtures.Join(Catalogue.FlexLora, updates, alpha: 6));
        LoraFederation.Distance(LoraFederation.Product(one.Model).Scaled(1), LoraFederation.Product(three.Model).Scaled(3)).ShouldBeLessThan(1e-5);

        // The client of rank 1 has scale alpha / 1: its update counts twice what the common scale would give.
        LoraFederation.Product(one.Model).Values.ShouldBe([4.25, 5.5, 2.25, 3], 1e-5);
    }

    [Fact]
    [Checks(4)]
    public void A_has_orthonormal_rows_and_B_holds_the_singular_values()
    {
        var state = LoraFixtures.Join(Common, LoraFixtures.F2);
        var a = LoraFederation.Matrix(state.Model[LoraFederation.A]);
        a.Times(a.Transposed()).Values.ShouldBe([1, 0, 0, 1], 1e-6);
        var b = LoraFederation.Matrix(state.Model[LoraFederation.B]);
        b.Transposed().Times(b).Values.ShouldBe([7.419723 * 7.419723, 0, 0, 0.101082 * 0.101082], 1e-4);
    }

    [Fact]
    [Checks(5)]
    public void Signs_of_factors_change_nothing_of_the_product()
    {
        FactorUpdate[] flipped = [.. LoraFixtures.F2.Select(update => update with { A = [.. update.A.Select(v => -v)], B = [.. update.B.Select(v => -v)] })];
        LoraFederation.Distance(LoraFederation.Product(LoraFixtures.Join(Common, flipped).Model), LoraFederation.Product(LoraFixtures.Join(Common, LoraFixtures.F2).Model)).ShouldBeLessThan(1e-6);
    }

    [Fact]
    [Checks(6)]
    public void Updates_near_zero_do_no_harm_and_those_that_are_no_numbers_stop_the_run()
    {
        foreach (var tiny in (float[])[0, 1e-30f])
        {
            FactorUpdate[] updates = [.. LoraFixtures.F2.Select(update => update with { B = [.. update.B.Select(value => tiny * value)] })];
            LoraFederation.Product(LoraFixtures.Join(Common, updates).Model).Values.ShouldAllBe(value => Math.Abs(value) < 1e-28);
        }

        Should.Throw<RunException>(() => LoraFixtures.Join(Common, [LoraFixtures.F2[0], LoraFixtures.F2[1] with { B = [0, 1, float.NaN, 0] }]));
    }

    [Fact]
    [Checks(7)]
    public void Clients_train_tensors_of_their_own_rank()
    {
        using var federation = new LoraFederation(Catalogue.FlexLora with { Capacity = new Capacity.Ranks([2, 1], Scale: RankScale.ByRank) });
        var states = federation.Run(2);
        federation.Visits.ShouldAllBe(visit => visit.Trained[LoraFederation.A].Shape[0] == (visit.Client == "c2" ? 1 : 2));

        // What the client of rank 1 begins from is the best of rank 1 of what the others have: scales 4 / 1 and 4 / 2.
        var start = federation.Visits.Single(visit => visit.Version == 1 && visit.Client == "c2").Start;
        var best = JacobiSvd.Of(LoraFederation.Product(states[0].Model).Scaled(2)).Truncate(1);
        var approximation = best.U.Scaled(best.S[0]).Times(best.V.Transposed());
        LoraFederation.Distance(LoraFederation.Product(start).Scaled(4), approximation).ShouldBeLessThan(1e-5);
    }
}
