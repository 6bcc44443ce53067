using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Parts.Clusters;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The published factors against training whole models are counted on matrices of BERT's size; its tables on GLUE need BERT itself.</summary>
[Specification(6, "fedhft")]
public sealed class FedHftTests
{
    private const int Full = LoraFederation.Inputs;

    // Every row is sent, and no rank is too small: what remains are sums of products.
    private static readonly Method Whole = Catalogue.FedHft with { Capacity = new Capacity.Uniform() };
    private static readonly Method Clustered = Whole with { Weighting = new Weighting.ClusterPosterior(Clusters: 2, WarmUp: 0) };
    private static readonly TensorKey Head = new(TensorKey.MainModel, TensorKey.DefaultAdapter, -1, "head", "score.weight");

    [Fact]
    [Checks(1)]
    public void Half_of_four_rows_are_those_with_the_largest_updates_and_a_share_of_one_is_all()
    {
        var tensors = Sets.Of(new HostTensor(LoraFederation.A, [1, 1], [1]), new HostTensor(LoraFederation.B, [4, 1], [5, 1, MathF.Sqrt(2), -2]));
        CapacityRules.PartsOf(Catalogue.FedHft, "c1", new Holding { RowShare = 0.5 }, tensors)[LoraFederation.B].Marks.Indices.ShouldBe([0, 3]);
        CapacityRules.PartsOf(Catalogue.FedHft, "c1", new Holding { RowShare = 1 }, tensors).ShouldBeEmpty();
        OutputRows.Largest([25, 1, 2, 4], 0.5).Order().ShouldBe([0, 3]);
        OutputRows.Largest([1, 1, 1, 1], 0.5).ShouldBe([0, 1], "of equal rows the first");
        ((int[])[OutputRows.CountOf(10, 0.9), OutputRows.CountOf(5, 0.5), OutputRows.CountOf(4, 0.001)]).ShouldBe([9, 3, 1], "n − ⌊n·(1 − share)⌋");
    }

    [Fact]
    public void The_score_of_a_row_is_that_of_the_update_and_not_of_B()
    {
        // ‖b₀A‖² = (2·1)² = 4 and ‖b₁A‖² = (1·3)² = 9, though row 0 of B is longer.
        var tensors = Sets.Of(new HostTensor(LoraFederation.A, [2, 2], [1, 0, 0, 3]), new HostTensor(LoraFederation.B, [2, 2], [2, 0, 0, 1]));
        CapacityRules.PartsOf(Catalogue.FedHft, "c1", new Holding { RowShare = 0.5 }, tensors)[LoraFederation.B].Marks.Indices.ShouldBe([1]);
    }

    [Fact]
    [Checks(2)]
    public void With_one_cluster_all_rows_and_a_full_rank_a_round_adds_the_mean_of_the_updates()
    {
        using var federation = new LoraFederation(Whole, adaptation: new LoraConfig(Full, 6));
        var states = federation.Run(3);
        var sum = new HostMatrix(LoraFederation.Outputs, LoraFederation.Inputs);
        for (var round = 0; round < 3; round++)
        {
            var trained = federation.Visits.Where(visit => visit.Version == round).Select(visit => LoraFederation.Product(visit.Trained).Scaled(2)).ToArray();
            sum = trained.Aggregate(sum, (all, update) => all.Plus(update.Scaled(1.0 / trained.Length)));
            foreach (var served in (ParameterSet[])[federation.Served(states[round], "c2"), states[round].Served])
            {
                LoraFederation.Distance(federation.Update(served), sum).ShouldBeLessThan(1e-5);
            }
        }
    }

    [Fact]
    public void A_row_is_the_mean_over_those_who_sent_it_and_stays_when_nobody_did()
    {
        using var federation = new LoraFederation(Catalogue.FedHft with { Capacity = new Capacity.OutputRows([0.2, 0.4]) }, adaptation: new LoraConfig(Full, 3));
        var cluster = ClusterOf(federation.Run(1)[0], 0);
        var senders = Enumerable.Range(0, LoraFederation.Outputs).Select(row => federation.Visits.Where(visit => visit.Up.Parts[LoraFederation.B].Marks.Contains(row)).ToArray()).ToArray();
        senders.Sum(row => row.Length).ShouldBe(1 + 2 + 1);
        senders.ShouldContain(row => row.Length == 0);
        for (var row = 0; row < senders.Length; row++)
        {
            for (var column = 0; column < LoraFederation.Inputs; column++)
            {
                var expected = senders[row].Select(visit => LoraFederation.Product(visit.Trained)[row, column]).DefaultIfEmpty().Average();
                ((double)cluster[row, column]).ShouldBe(expected, 1e-6);
            }
        }
    }

    [Fact]
    public void Clients_send_A_some_rows_of_B_and_receive_the_best_factors_as_foretold()
    {
        using var federation = new LoraFederation(Catalogue.FedHft, adaptation: new LoraConfig(1, 1));
        federation.Run(3);
        federation.Visits.ShouldAllBe(visit => visit.Up.Section(MessageBody.Parameters)[LoraFederation.A].Shape[0] == 1 && visit.Up.Parts[LoraFederation.B].Marks.Count == 3);

        // Up r·in + ⌈ρ·out⌉·r values and a bitmap, down r·(in + out) from the second round on.
        federation.Ledger.Rounds.Values.Select(round => round.Up.ValueBytes).ShouldAllBe(bytes => bytes == 3 * ((4 * (Full + 3)) + 1));
        federation.Ledger.Rounds.Values.Select(round => round.Down.ValueBytes).ShouldBe([0, 3 * 4 * (Full + 5), 3 * 4 * (Full + 5)]);
        TrafficForecast.Of(federation.Plan(3), federation.Start).Select(round => round.Bytes).ShouldBe(federation.Ledger.Rounds.Values);
    }

    [Fact]
    public void On_matrices_of_BERTs_size_it_sends_124_times_less_than_the_model_and_receives_93_times_less()
    {
        const double Model = 109_482_240 * 4.0;
        var (_, most) = TypicalTraffic.Of(Catalogue.FedHft)!.Value;
        (Model / most.Up).ShouldBe(124, 0.5);
        (Model / most.Down).ShouldBe(93, 0.5);
        (2 * Model / (most.Up + most.Down)).ShouldBe(106, 0.5);
    }

    [Fact]
    [Checks(3)]
    public void Clusters_are_apart_and_each_is_the_mean_of_its_members_by_how_far_they_belong()
    {
        using var federation = new LoraFederation(Clustered, clients: 4, adaptation: new LoraConfig(Full, 3));
        var state = federation.Run(1)[0];
        LoraFederation.Distance(ClusterOf(state, 0), ClusterOf(state, 1)).ShouldBeGreaterThan(1e-2);
        for (var c = 0; c < 2; c++)
        {
            var weights = federation.Visits.Select(visit => ClusterRules.MembershipOf(state, visit.Client, 2)[c]).ToArray();
            var mean = federation.Visits.Zip(weights).Aggregate(
                new HostMatrix(LoraFederation.Outputs, LoraFederation.Inputs), (all, own) => all.Plus(LoraFederation.Product(own.First.Trained).Scaled(own.Second / weights.Sum())));
            LoraFederation.Distance(ClusterOf(state, c), mean).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    public void A_client_trains_on_and_uses_its_own_mixture_of_the_clusters()
    {
        using var federation = new LoraFederation(Clustered, clients: 4, steps: 1, adaptation: new LoraConfig(Full, 3));
        var state = federation.Run(2)[0];
        foreach (var client in (string[])["c1", "c2", "c3", "c4"])
        {
            var own = ClusterRules.MembershipOf(state, client, 2);
            own.Sum().ShouldBe(1, 1e-12);
            var mixture = ClusterOf(state, 0).Scaled(own[0]).Plus(ClusterOf(state, 1).Scaled(own[1]));
            LoraFederation.Distance(federation.Update(federation.Served(state, client)), mixture).ShouldBeLessThan(1e-5);

            // One step of B from zero with rate 0.1 and scale 1: towards the target less what the mixture has.
            var visit = federation.Visits.Single(visit => visit.Version == 1 && visit.Client == client);
            var target = new HostMatrix(LoraFederation.Outputs, LoraFederation.Inputs, [.. Enumerable.Range(0, 15).Select(i => Math.Cos((2.3 * i) + (client[1] - '0')))]);
            var expected = target.Minus(mixture).Times(LoraFederation.Matrix(visit.Start[LoraFederation.A]).Transposed()).Scaled(Rate(visit.Version));
            LoraFederation.Distance(LoraFederation.Matrix(visit.Trained[LoraFederation.B]), expected).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    public void Divided_by_senders_every_cluster_shrinks_by_their_number()
    {
        var warm = Whole with { Weighting = new Weighting.ClusterPosterior(Clusters: 2) };
        using var consistent = new LoraFederation(warm);
        using var published = new LoraFederation(warm with { Combine = new Combine.Clusters(RowNormaliser.Senders) });
        var (one, other) = (consistent.Run(1)[0], published.Run(1)[0]);
        LoraFederation.Distance(ClusterOf(other, 1).Scaled(2), ClusterOf(one, 1)).ShouldBeLessThan(1e-6);
        LoraFederation.Distance(ClusterOf(one, 0), ClusterOf(one, 1)).ShouldBe(0, "all belong to all alike during the warm-up");
    }

    [Fact]
    public void Memberships_begin_after_the_warm_up()
    {
        using var federation = new LoraFederation(Whole with { Weighting = new Weighting.ClusterPosterior(Clusters: 2, WarmUp: 2) }, clients: 4);
        var states = federation.Run(3);
        foreach (var (state, isKnown) in states.Zip([false, false, true]))
        {
            (ClusterRules.MembershipOf(state, "c1", 2)[0] != 0.5).ShouldBe(isKnown);
        }
    }

    [Fact]
    [Checks(4)]
    public void Memberships_sum_to_one_and_identical_clients_belong_alike()
    {
        var state = Known(Heads([1, 0], [1, 0], [0.7f, 0.3f], [0, 1], [0, 1], [0.3f, 0.7f], [0.5f, 0.5f]), clusters: 2);
        var own = Enumerable.Range(0, 7).Select(k => ClusterRules.MembershipOf(state, $"c{k}", 2)).ToArray();
        own.ShouldAllBe(shares => Math.Abs(shares.Sum() - 1) < 1e-12);
        own[1].ShouldBe(own[0], 1e-12);
        own[4].ShouldBe(own[3], 1e-12);
        Math.Abs(own[0][0] - own[3][0]).ShouldBeGreaterThan(0.9);
        own[6].ShouldBe([0.5, 0.5], 1e-6, "who stands between belongs to both");
    }

    [Fact]
    [Checks(4)]
    public void One_participant_and_clients_who_sent_the_same_belong_to_all_clusters_alike()
    {
        ClusterRules.MembershipOf(Known(Heads([1, 0]), clusters: 2), "c0", 2).ShouldBe([0.5, 0.5]);
        ClusterRules.MembershipOf(Known(Heads([1, 0.1f], [1, 0.1f], [1, 0.1f]), clusters: 3), "c1", 3).ShouldBe([1.0 / 3, 1.0 / 3, 1.0 / 3]);
    }

    [Fact]
    public void Clusters_keep_their_numbers_from_round_to_round_and_absent_clients_their_memberships()
    {
        var first = Known(Heads([1, 0], [0.9f, 0], [0, 1], [0, 0.9f]), clusters: 2);
        var next = WeightingRules.Learned(new Weighting.ClusterPosterior(2, 0), first, Contents(Heads([1.2f, 0], [0, 1.3f]), ["c1", "c3"]));
        foreach (var client in (string[])["c1", "c3"])
        {
            ClusterRules.MembershipOf(next, client, 2)[0].ShouldBe(ClusterRules.MembershipOf(first, client, 2)[0], 1e-3);
        }

        ClusterRules.MembershipOf(next, "c0", 2).ShouldBe(ClusterRules.MembershipOf(first, "c0", 2));
    }

    [Fact]
    public void Heads_decide_where_there_are_some_and_are_mixed_by_membership()
    {
        // The factors would pair 0 with 1 and 2 with 3; the heads pair 0 with 2 and 1 with 3.
        var bodies = Heads([1, 0], [0, 1], [1, 0], [0, 1]).Select((body, k) => body with
        {
            Sections = new Dictionary<string, ParameterSet> { [MessageBody.Parameters] = new(body.Section(MessageBody.Parameters).Concat(LoraFixtures.Factors([k < 2 ? 5 : -5, 0], [1, 1]))) },
        }).ToArray();
        var contents = Contents(bodies, ["c0", "c1", "c2", "c3"]);
        var state = WeightingRules.Learned(Clustered.Weighting, Start(contents), contents);
        var own = Enumerable.Range(0, 4).Select(k => ClusterRules.MembershipOf(state, $"c{k}", 2)[0]).ToArray();
        own[2].ShouldBe(own[0], 1e-9);
        own[3].ShouldBe(own[1], 1e-9);
        Math.Abs(own[0] - own[1]).ShouldBeGreaterThan(0.9);

        var joined = CombineRules.Join(Clustered.Combine, contents, WeightingRules.For(Clustered.Weighting, contents, state), state.Model, isDelta: false);
        var next = ServerRules.For(Clustered.ServerStep).Apply(state, joined, new WeighedUpdates(contents, (_, _) => 1));
        var weights = own.Select(share => share / own.Sum()).ToArray();
        ((double)next.Body.Section(ClusterRules.SectionOf(0))[Head].Values[0]).ShouldBe(weights[0] + weights[2], 1e-6);
        var received = ClusterRules.For(Clustered, next, Holding.Everything, "c1").Model[Head].Values;
        ((double)received[1]).ShouldBe((own[1] * (weights[1] + weights[3])) + ((1 - own[1]) * (2 - own[1] - own[3]) / own.Sum(share => 1 - share)), 1e-6);
    }

    [Fact]
    [Checks(5)]
    public void What_is_downloaded_has_the_rank_of_the_adapter_and_lacks_the_discarded_singular_values()
    {
        using var federation = new LoraFederation(Whole, adaptation: new LoraConfig(1, 1));
        var cluster = ClusterOf(federation.Run(3)[1], 0);
        var values = JacobiSvd.Of(cluster).S;
        values[1].ShouldBeGreaterThan(1e-3, "two rounds of fresh factors give more than one rank");
        var update = BaseUpdate.Of(LoraFederation.A, LoraFederation.Outputs, LoraFederation.Inputs);
        var received = federation.Visits.Last().Down.Section(MessageBody.Base);
        received[update.A].Shape.ShouldBe([1, LoraFederation.Inputs]);
        LoraFederation.Distance(update.In(received)!.Product(), cluster).ShouldBe(Math.Sqrt(values.Skip(1).Sum(value => value * value)), 1e-5);
    }

    [Fact]
    public void Clients_of_smaller_rank_receive_the_best_of_theirs_and_are_joined_exactly()
    {
        using var federation = new LoraFederation(Whole with { Capacity = new Capacity.Ranks([2, 1], Scale: RankScale.ByRank) });
        var state = federation.Run(2)[0];
        var mean = federation.Visits.Where(visit => visit.Version == 0).Select(visit => federation.Update(visit.Trained).Scaled(1.0 / 3)).Aggregate((all, update) => all.Plus(update));
        LoraFederation.Distance(ClusterOf(state, 0), mean).ShouldBeLessThan(1e-5);
        var received = federation.Visits.Single(visit => visit.Version == 1 && visit.Client == "c2").Down.Section(MessageBody.Base);
        JacobiSvd.Of(LoraFederation.BaseOf(received)!).S[1].ShouldBe(0, 1e-6);
    }

    [Fact]
    [Checks(6)]
    public void Neither_order_nor_threads_nor_a_kill_in_any_place_changes_a_bit()
    {
        var method = Clustered with { Capacity = new Capacity.OutputRows([0.5, 1]) };
        using var federation = new LoraFederation(method, clients: 4);
        var expected = federation.Run(3)[^1];
        foreach (var variant in (Variant[])[new(Reversed: true), new(Parallel: true)])
        {
            using var other = new LoraFederation(method, clients: 4, variant: variant);
            ShouldBeTheSame(other.Run(3)[^1], expected);
        }

        for (var kill = 0; kill < 12; kill++)
        {
            using var killed = new LoraFederation(method, clients: 4) { DiesAfter = kill };
            Should.Throw<InvalidOperationException>(() => killed.Run(3));
            killed.DiesAfter = null;
            ShouldBeTheSame(killed.Run(3)[^1], expected);
        }
    }

    [Fact]
    public void The_rate_falls_in_a_line_within_a_round_and_by_a_tenth_from_round_to_round()
    {
        var phase = Catalogue.FedHft.LocalProgram.Phases[0];
        phase.LearningRateAt(0, 4, 0, 20).ShouldBe(1e-3, 1e-12);
        phase.LearningRateAt(1, 4, 0, 20).ShouldBe(0.75e-3, 1e-12);
        phase.LearningRateAt(2, 4, 3, 20).ShouldBe(0.5e-3 * 0.9 * 0.9 * 0.9, 1e-12);
    }

    [Fact]
    public void With_several_clusters_the_server_reads_single_clients_and_says_so()
    {
        Disclosure.SingleUpdates(Whole).ShouldNotContain(reason => reason.Contains("clusters are found"));
        Disclosure.SingleUpdates(Clustered).ShouldContain(reason => reason.Contains("what single clients have trained, their heads first"));
        Disclosure.SingleUpdates(Catalogue.FedHft).ShouldContain(reason => reason.Contains("every client sends other rows"));
    }

    [Fact]
    public void What_cannot_hold_with_it_is_refused()
    {
        MethodRules.Refusals(Catalogue.FedHft with { Dispatch = new Dispatch.Broadcast() }).ShouldContain(reason => reason.StartsWith("clusters need all of"));
        MethodRules.Refusals(Catalogue.FedHft with { Initialisation = new Initialisation.Standard() }).ShouldHaveSingleItem().ShouldStartWith("clusters need all of");
        MethodRules.Refusals(Catalogue.FedHft with { Weighting = new Weighting.ClusterPosterior(0) }).ShouldHaveSingleItem().ShouldContain("1 to 64 clusters");
        MethodRules.Refusals(Catalogue.FedHft with { Capacity = new Capacity.OutputRows([0]) }).ShouldHaveSingleItem().ShouldContain("above 0");
        MethodRules.Refusals(Catalogue.FedIt with { Capacity = new Capacity.OutputRows() }).ShouldHaveSingleItem().ShouldContain("combine: clusters");
        MethodRules.Refusals(Catalogue.FedHft with { Adaptation = new LoraConfig(Dora: true) }).ShouldContain(reason => reason.Contains("DoRA"));
    }

    private static double Rate(int version) => 0.1 * Math.Pow(0.9, version);

    private static HostMatrix ClusterOf(ServerState state, int cluster) =>
        LoraFederation.Matrix(state.Body.Section(ClusterRules.SectionOf(cluster))[BaseUpdate.Of(LoraFederation.A, LoraFederation.Outputs, LoraFederation.Inputs).Whole]);

    private static MessageBody[] Heads(params float[][] heads) => [.. heads.Select(head => Sets.Body(Sets.Of(new HostTensor(Head, [1, head.Length], head))))];

    private static RoundUpdates Contents(MessageBody[] bodies, string[] clients)
    {
        var layout = TensorLayout.Of(bodies[0].Section(MessageBody.Parameters));
        return new RoundUpdates(new MemoryUpdates(bodies, layout), Clustered with { Adaptation = new LoraConfig(1, 1) }, layout)
        {
            Updates = [.. clients.Select(client => new Update(0, "train", client, new Dictionary<string, double>(), default))],
        };
    }

    private static ServerState Start(RoundUpdates contents) => ServerState.Initial(new ParameterSet(contents.Layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape))));

    private static ServerState Known(MessageBody[] bodies, int clusters)
    {
        var contents = Contents(bodies, [.. bodies.Select((_, k) => $"c{k}")]);
        return WeightingRules.Learned(new Weighting.ClusterPosterior(clusters, WarmUp: 0), Start(contents), contents);
    }

    private static void ShouldBeTheSame(ServerState actual, ServerState expected)
    {
        actual.Body.Numbers.ShouldBe(expected.Body.Numbers);
        foreach (var (section, tensors) in expected.Body.Sections)
        {
            actual.Body.Section(section).SelectMany(tensor => tensor.Values).ShouldBe(tensors.SelectMany(tensor => tensor.Values), section);
        }
    }
}
