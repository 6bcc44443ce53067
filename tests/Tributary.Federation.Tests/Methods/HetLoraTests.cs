using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Dispatches;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "hetlora")]
public sealed class HetLoraTests
{
    [Fact]
    [Checks(1)]
    public void Factors_are_padded_with_zeros_and_weighted_by_the_norm_of_their_product()
    {
        var state = LoraFixtures.Join(Catalogue.HetLora, LoraFixtures.F2);
        state.Model[LoraFederation.A].Values.ShouldBe([2.611446f, 3.611446f, 4.028615f, 4.834338f], 2e-6);
        state.Model[LoraFederation.B].Values.ShouldBe([0.194277f, 0.805723f, 0.805723f, 0], 2e-6);
    }

    [Fact]
    [Checks(1)]
    public void Scores_are_the_norms_of_the_products()
    {
        var layout = new TensorLayout([(LoraFederation.A, [2, 2]), (LoraFederation.B, [2, 2])]);
        var source = new MemoryUpdates([.. LoraFixtures.F2.Select(update => Sets.Body(LoraFixtures.Factors(update.A, update.B)))], layout);
        var contents = new RoundUpdates(source, Catalogue.HetLora with { Adaptation = new LoraConfig(2, 2) }, layout);
        var weights = WeightingRules.For(Catalogue.HetLora.Weighting, contents, ServerState.Initial(ParameterSet.Empty));
        double[] scores = [weights.Of(0, LoraFederation.A), weights.Of(1, LoraFederation.A)];
        scores.ShouldBe([2.236068, 9.273618], 1e-6);
        scores.Select(score => score / scores.Sum()).ShouldBe([0.194277, 0.805723], 1e-6);
    }

    [Fact]
    [Checks(3)]
    public void What_is_padded_is_cut_back_to_itself_and_smaller_cuts_lie_in_larger_ones()
    {
        var state = LoraFixtures.Join(Catalogue.HetLora, [LoraFixtures.F1[0]], start: LoraFixtures.Factors(new float[6], new float[6]));
        state.Model[LoraFederation.A].Values.ShouldBe([1f, 2, 0, 0, 0, 0]);
        var cut = Sent(state, 1);
        cut[LoraFederation.A].Values.ShouldBe(LoraFixtures.F1[0].A);
        cut[LoraFederation.B].Values.ShouldBe(LoraFixtures.F1[0].B);

        var whole = LoraFixtures.Join(Catalogue.HetLora, [new([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], 1)]);
        foreach (var tensor in Sent(whole, 1))
        {
            Sent(whole, 2).AtRank(1)[tensor.Key].Values.ShouldBe(tensor.Values);
            whole.Model.AtRank(1)[tensor.Key].Values.ShouldBe(tensor.Values);
        }

        static ParameterSet Sent(ServerState state, int rank) =>
            DispatchRules.Body(Catalogue.HetLora with { Adaptation = new LoraConfig(3, 3) }, state, new Holding(rank), "c0").Section(MessageBody.Parameters);
    }

    [Fact]
    [Checks(2)]
    public void An_update_of_zero_counts_for_nothing_and_zeros_alone_count_alike()
    {
        FactorUpdate zero = new([7, 7], [0, 0], 9), other = new([1, 1], [0, 0], 1);
        LoraFixtures.Join(Catalogue.HetLora, [LoraFixtures.F1[0], zero]).Model[LoraFederation.A].Values.ShouldBe([1f, 2]);
        LoraFixtures.Join(Catalogue.HetLora, [zero, other]).Model[LoraFederation.A].Values.ShouldBe([4f, 4]);
    }

    [Fact]
    [Checks(5)]
    public void With_equal_ranks_and_norms_it_is_FedIT_with_uniform_weights()
    {
        FactorUpdate[] updates = [new([1, 2], [1, 0], 1), new([2, 1], [0, 1], 5)];
        var (own, plain) = (LoraFixtures.Join(Catalogue.HetLora, updates), LoraFixtures.Join(Catalogue.FedIt with { Weighting = new Weighting.Uniform() }, updates));
        own.Model[LoraFederation.A].Values.ShouldBe(plain.Model[LoraFederation.A].Values, 1e-6);
        own.Model[LoraFederation.B].Values.ShouldBe(plain.Model[LoraFederation.B].Values, 1e-6);
    }

    [Theory]
    [InlineData(5, 1, 4)]
    [InlineData(100, 1, 99)]
    [InlineData(5, 5, 5)]
    [InlineData(1, 1, 1)]
    [Checks(4)]
    public void Ranks_are_cut_to_the_floor_and_never_below_the_least(int rank, int least, int after) => new RankPruning(0.99, least).After(rank).ShouldBe(after);

    [Fact]
    [Checks(4)]
    public void Ranks_only_fall_and_what_a_client_has_is_what_it_is_sent()
    {
        // A strong pull out of the last ranks makes every tail lighter than it came.
        var method = Catalogue.HetLora with
        {
            Capacity = new Capacity.Ranks([4], Pruning: new RankPruning(0.7)),
            LocalProgram = Catalogue.HetLora.LocalProgram.WithEveryPhase(phase => phase with { Losses = [new LossTerm.Task(), new LossTerm.TailNorm(20, 0.7)] }),
        };
        using var federation = new LoraFederation(method, steps: 1, optimizer: new Tributary.Learning.Optimization.OptimizerSpec.Sgd(0.01), adaptation: new(4, 4));
        var states = federation.Run(6);
        foreach (var client in (string[])["c1", "c2", "c3"])
        {
            var visits = federation.Visits.Where(visit => visit.Client == client).ToArray();
            for (var i = 0; i < visits.Length; i++)
            {
                var (down, up) = (RankOf(visits[i].Down), RankOf(visits[i].Up));
                up.ShouldBeLessThanOrEqualTo(down);
                up.ShouldBeGreaterThanOrEqualTo(1);
                visits[i].Up.Numbers["rank"].ShouldBe(up);
                down.ShouldBe(i == 0 ? 4 : RankOf(visits[i - 1].Up));
            }

            RankOf(visits[^1].Up).ShouldBeLessThan(4);
            states[^1].Body.Numbers["rank/" + client].ShouldBe(RankOf(visits[^1].Up));
        }
    }

    [Fact]
    [Checks(6)]
    public void The_update_of_a_small_client_means_the_same_to_the_server()
    {
        var method = Catalogue.HetLora with { Capacity = new Capacity.Ranks([1]) };
        using var federation = new LoraFederation(method, clients: 1);
        var state = federation.Run(1)[0];

        // Ranks 1 and 2 share the scale, so the bare products must agree.
        LoraFederation.Distance(LoraFederation.Product(state.Model), LoraFederation.Product(federation.Visits[0].Trained)).ShouldBeLessThan(1e-6);
        federation.Run(2);
        federation.Visits[^1].Start[LoraFederation.B].Values.ShouldBe(federation.Visits[0].Trained[LoraFederation.B].Values);
    }

    private static int RankOf(MessageBody body) => body.Section(MessageBody.Parameters)[LoraFederation.A].Shape[0];
}
