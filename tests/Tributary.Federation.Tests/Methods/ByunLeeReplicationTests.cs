using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Random;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Accuracies of DistilBERT are not held to: they need its weights and the paper's data.</summary>
[Specification(5, "byun-lee-replication")]
public sealed class ByunLeeReplicationTests
{
    private const int Clients = 9, Promoted = 3;

    // Who validates best gets the larger rank of two, a third of nine.
    private static readonly Method Small = Catalogue.ByunLeeReplication with { Capacity = new Capacity.Promoted(Least: 1, Share: 1 / 3.0), Cohort = new Cohort.All() };

    [Fact]
    [Checks(1)]
    public void Extra_ranks_are_averaged_over_their_owners_and_zero_padding_shrinks_them()
    {
        var state = LoraFixtures.Join(WithRanks(Catalogue.ByunLeeReplication), LoraFixtures.F2);
        state.Model[LoraFederation.A].Values.ShouldBe([2.5f, 3.5f, 5, 6]);
        state.Model[LoraFederation.B].Values.ShouldBe([0.25f, 1, 0.75f, 0]);
        LoraFederation.Product(state.Model).Values.ShouldBe([5.625, 6.875, 1.875, 2.625]);
        var padded = LoraFixtures.Join(WithRanks(Catalogue.ByunLeeReplication) with { Combine = new Combine.Factors(Normaliser.All) }, LoraFixtures.F2);
        LoraFederation.Product(padded.Model).Values.ShouldBe([3.4375, 4.25, 1.875, 2.625]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Checks(2)]
    public void It_is_what_padding_with_the_mean_of_the_larger_adapters_gives_and_what_RBLA_gives(int seed)
    {
        var random = PhiloxStream.Root(seed).Sequence();
        FactorUpdate[] updates = [.. Enumerable.Range(0, 4).Select(k => new FactorUpdate(Values(random, k < 2 ? 2 : 1), Values(random, k < 2 ? 2 : 1), 1 + random.Index(5)))];
        var (own, rbla) = (LoraFixtures.Join(WithRanks(Catalogue.ByunLeeReplication), updates), LoraFixtures.Join(Catalogue.Rbla, updates));
        own.Model[LoraFederation.A].Values.ShouldBe(rbla.Model[LoraFederation.A].Values);
        own.Model[LoraFederation.B].Values.ShouldBe(rbla.Model[LoraFederation.B].Values);

        // Rank 1 of A is its second row; B's second column are its numbers 1 and 3.
        var owners = updates[..2];
        double Extra(Func<FactorUpdate, double> of) => owners.Sum(u => u.Examples * of(u)) / owners.Sum(u => u.Examples);
        double Mean(Func<FactorUpdate, double> of) => updates.Sum(u => u.Examples * of(u)) / updates.Sum(u => u.Examples);
        double[] a = [.. Enumerable.Range(0, 4).Select(i => Mean(u => i < u.A.Length ? u.A[i] : Extra(o => o.A[i])))];
        double[] b = [.. Enumerable.Range(0, 4).Select(i => Mean(u => u.Rank == 2 ? u.B[i] : i % 2 == 0 ? u.B[i / 2] : Extra(o => o.B[i])))];
        own.Model[LoraFederation.A].Values.ShouldBe(a.Select(v => (float)v), 1e-6);
        own.Model[LoraFederation.B].Values.ShouldBe(b.Select(v => (float)v), 1e-6);
    }

    [Fact]
    [Checks(3)]
    public void Extra_ranks_of_the_only_owner_are_what_it_sent()
    {
        using var federation = new LoraFederation(Small with { Capacity = new Capacity.Promoted(Least: 1, Share: 0.1) }, clients: 4);
        var states = federation.Run(3);
        foreach (var version in (int[])[1, 2])
        {
            var owner = federation.Visits.Where(visit => visit.Version == version).Where(visit => RankOf(visit.Up) == 2).ShouldHaveSingleItem();
            Extra(states[version].Model).ShouldBe(Extra(owner.Up.Section(MessageBody.Parameters)));
        }
    }

    [Fact]
    [Checks(4)]
    public void Extra_ranks_stay_while_nobody_has_them()
    {
        using var federation = new LoraFederation(Small with { Capacity = new Capacity.Promoted(Least: 1, Share: 0) });
        federation.Run(3).ShouldAllBe(state => Extra(state.Model).SequenceEqual(Extra(federation.Start)));
        federation.Visits.ShouldAllBe(visit => RankOf(visit.Up) == 1);
    }

    [Fact]
    [Checks(4)]
    public void When_all_are_promoted_it_is_FedIT_at_the_larger_rank()
    {
        var method = Small with { Capacity = new Capacity.Promoted(Least: 2, Share: 1) };
        using var own = new LoraFederation(method);
        using var plain = new LoraFederation(Catalogue.FedIt with { LocalProgram = method.LocalProgram });
        foreach (var (mine, theirs) in own.Run(3).Zip(plain.Run(3)))
        {
            mine.Model[LoraFederation.A].Values.ShouldBe(theirs.Model[LoraFederation.A].Values);
            mine.Model[LoraFederation.B].Values.ShouldBe(theirs.Model[LoraFederation.B].Values);
        }

        using var promoted = new LoraFederation(Small with { Capacity = new Capacity.Promoted(Least: 1, Share: 1) });
        promoted.Run(2);
        promoted.Visits.ShouldAllBe(visit => RankOf(visit.Up) == 1 + visit.Version);
    }

    [Fact]
    [Checks(5)]
    public void Once_those_who_validate_best_are_promoted_a_tenth_rounded_up()
    {
        foreach (var (clients, count) in ((int, int)[])[(1, 1), (10, 1), (11, 2), (30, 3), (100, 10)])
        {
            new Capacity.Promoted().CountOf(clients).ShouldBe(count);
        }

        using var federation = new LoraFederation(Small, Clients);
        federation.Run(4);
        string[] best = [.. federation.Visits.Where(visit => visit.Version == 0).OrderBy(visit => visit.Up.Section(ClientReports.Section)[ClientReports.LossesKey].Values[2]).Take(Promoted).Select(visit => visit.Client)];
        federation.Visits.Where(visit => visit.Version == 0).ShouldAllBe(visit => RankOf(visit.Up) == 1);
        federation.Visits.Where(visit => visit.Version > 0).ShouldAllBe(visit => RankOf(visit.Up) == (best.Contains(visit.Client) ? 2 : 1) && RankOf(visit.Down) == RankOf(visit.Up));
        federation.Visits.Count.ShouldBe(4 * Clients);
    }

    [Fact]
    public void Bytes_are_foretold_exactly_when_all_take_part_and_within_bounds_when_some_do()
    {
        foreach (var cohort in (Cohort[])[new Cohort.All(), new Cohort.Uniform(Count: 2), new Cohort.Uniform(Count: 7)])
        {
            using var federation = new LoraFederation(Small with { Cohort = cohort }, Clients);
            federation.Run(4);
            foreach (var round in TrafficForecast.Of(federation.Plan(4), federation.Start))
            {
                var real = federation.Ledger.Rounds[round.Round];
                real.Up.Bytes.ShouldBeInRange(round.Least.Up.Bytes, round.Bytes.Up.Bytes);
                real.Down.Bytes.ShouldBeInRange(round.Least.Down.Bytes, round.Bytes.Down.Bytes);
                (round.Least == round.Bytes).ShouldBe(cohort is Cohort.All || round.Round == 1);
            }
        }
    }

    [Fact]
    public void A_client_holds_a_third_of_the_published_values_of_rank_20()
    {
        // DistilBERT: 552,960 values at rank 20 are 18 modules of 768 by 768; published are 179,715 on the mean.
        const int Modules = 18, Width = 768, Owners = 10;
        var initial = new ParameterSet(Enumerable.Range(0, Modules).SelectMany(module => new[] { Factor(module, "lora_A", 20, Width), Factor(module, "lora_B", Width, 20) }));
        initial.Elements.ShouldBe(552_960);
        var plan = new RunPlan("run", "config", Catalogue.ByunLeeReplication with { Cohort = new Cohort.All() }, 2, [.. Enumerable.Range(0, Owners).Select(k => $"c{k}")], TensorLayout.Of(initial), 1);
        (TrafficForecast.Of(plan, initial).Last().Bytes.Down.ValueBytes / 4 / Owners).ShouldBe(179_712);
    }

    [Fact]
    public void What_cannot_hold_is_refused()
    {
        MethodRules.Refusals(Catalogue.ByunLeeReplication with { LocalProgram = LocalProgram.Standard }).ShouldHaveSingleItem().ShouldContain("losses");
        MethodRules.Refusals(Catalogue.ByunLeeReplication with { Dispatch = new Dispatch.Broadcast() }).ShouldHaveSingleItem().ShouldContain("slice");
        MethodRules.Refusals(Catalogue.ByunLeeReplication with { Capacity = new Capacity.Promoted(Share: 2) }).ShouldHaveSingleItem().ShouldContain("share");
    }

    // Ranks by hand in the place of those that validation gives.
    private static Method WithRanks(Method method) => method with { Capacity = new Capacity.Ranks() };

    private static float[] Values(PhiloxSequence random, int rank) => [.. Enumerable.Range(0, 2 * rank).Select(_ => (float)random.Normal())];

    private static float[] Extra(ParameterSet set) => [.. set[LoraFederation.A].Values[LoraFederation.Inputs..], .. set[LoraFederation.B].Values.Where((_, i) => i % 2 == 1)];

    private static int RankOf(MessageBody body) => body.Section(MessageBody.Parameters)[LoraFederation.A].Shape[0];

    private static HostTensor Factor(int module, string role, params int[] shape) =>
        HostTensor.Zeros(new TensorKey(TensorKey.MainModel, TensorKey.DefaultAdapter, module / 3, role, $"base_model.model.layer.{module}.{role}.weight"), shape);
}
