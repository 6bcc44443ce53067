using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;
using Tributary.Numerics;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(7, "fedex-lora")]
public sealed class FedExLoraTests
{
    [Fact]
    [Checks(1)]
    public void The_residual_and_the_product_of_means_are_the_mean_of_products()
    {
        var state = LoraFixtures.Join(Catalogue.FedExLora, LoraFixtures.F1);
        BaseOf(state).Values.ShouldBe([-0.5, -0.5, 0.5, 0.5], 1e-6);
        Sum(BaseOf(state), LoraFederation.Product(state.Model)).Values.ShouldBe([0.5, 1, 1.5, 2], 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [Checks(2)]
    public void The_residual_is_the_weighted_covariance_of_the_factors(double alpha)
    {
        FactorUpdate[] updates = [.. Enumerable.Range(0, 4).Select(k => new FactorUpdate(Random(4, k), Random(4, k + 10), k + 1))];
        foreach (var weighting in (Weighting[])[new Weighting.Uniform(), new Weighting.Examples()])
        {
            var state = LoraFixtures.Join(Catalogue.FedExLora with { Weighting = weighting }, updates, alpha: alpha);
            double[] shares = [.. updates.Select(update => weighting is Weighting.Uniform ? 0.25 : update.Examples / 10.0)];
            var (a, b) = (LoraFederation.Matrix(state.Model[LoraFederation.A]), LoraFederation.Matrix(state.Model[LoraFederation.B]));
            var expected = updates.Zip(shares).Select(pair => Matrix(pair.First.B).Minus(b).Times(Matrix(pair.First.A).Minus(a)).Scaled(pair.Second * alpha / 2)).Aggregate(Sum);
            LoraFederation.Distance(BaseOf(state), expected).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    [Checks(2)]
    public void There_is_no_residual_when_clients_agree_on_one_factor()
    {
        foreach (var (sameA, sameB) in (ReadOnlySpan<(bool, bool)>)[(true, false), (false, true)])
        {
            FactorUpdate[] updates = [.. Enumerable.Range(0, 3).Select(k => new FactorUpdate(Random(4, sameA ? 0 : k), Random(4, sameB ? 5 : k + 10), 1))];
            BaseOf(LoraFixtures.Join(Catalogue.FedExLora, updates)).Values.ShouldAllBe(value => Math.Abs(value) < 1e-6);
        }
    }

    [Fact]
    [Checks(4)]
    public void The_global_model_is_the_mean_of_what_clients_trained_also_on_layers_that_are_not_square()
    {
        using var federation = new LoraFederation(Catalogue.FedExLora);
        var states = federation.Run(3);
        foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
        {
            // A client's model is its factors on the base of its round.
            var before = round.Key == 0 ? new HostMatrix(LoraFederation.Outputs, LoraFederation.Inputs) : BaseOf(states[round.Key - 1]);
            var mean = round.Select(visit => Sum(before, federation.Update(visit.Trained))).Aggregate(Sum).Scaled(1.0 / 3);
            LoraFederation.Distance(federation.Update(states[round.Key].Served), mean).ShouldBeLessThan(1e-5);
            LoraFederation.Distance(federation.Update(states[round.Key].Model), mean).ShouldBeGreaterThan(1e-3);
        }
    }

    /// <summary>GPT-2 keeps its weights inputs first, LLaMA outputs first; on a quantised base the update is far below a step of its numbers.</summary>
    [Theory]
    [InlineData(ModelFederation.Llama, StorageType.F32)]
    [InlineData(ModelFederation.Gpt2, StorageType.F32)]
    [InlineData(ModelFederation.Llama, StorageType.Nf4)]
    [InlineData(ModelFederation.Gpt2, StorageType.Int8)]
    [Checks(3, 6, 7)]
    public void The_global_model_gives_what_the_base_with_the_mean_dense_update_does(string config, StorageType storage)
    {
        string[] targets = ["all-linear"];
        var method = Catalogue.FedExLora with
        {
            Adaptation = new LoraConfig(2, 4, Targets: targets),
            LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(0.03), Budget = new Budget.Steps(3) }),
        };
        using var federation = new ModelFederation(method, [ModelFederation.Texts(1, 3), ModelFederation.Texts(2, 5)], config, storage);
        var before = federation.BaseOutputs();
        var state = federation.Run(1)[0];
        var expected = federation.Logits(new LoraConfig(4, 8, Targets: targets).Resolve(federation.Model), LoraFixtures.StackedMean([.. federation.Visits.Select(visit => visit.Trained)], [0.5, 0.5]));
        federation.Outputs(state.Served).ShouldBe(expected, 1e-4);
        federation.Outputs(state.Model).Zip(expected).ShouldContain(pair => Math.Abs(pair.First - pair.Second) > 1e-3, "without the residual it is another model");
        state.Base.ShouldAllBe(tensor => tensor.Values.Any(value => value != 0));
        federation.BaseOutputs().ShouldBe(before);
    }

    [Fact]
    [Checks(5)]
    public void All_clients_have_the_same_base_also_one_that_has_missed_rounds()
    {
        using var federation = new LoraFederation(Catalogue.FedExLora with { Cohort = new Cohort.Uniform(Count: 2) }, clients: 4);
        var states = federation.Run(6);
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        var missed = 0;
        foreach (var visit in federation.Visits.Where(visit => visit.Version > 0))
        {
            var received = visit.Down.Section(MessageBody.Base);
            received.Select(tensor => tensor.Key).ShouldBe(states[visit.Version - 1].Base.Select(tensor => tensor.Key));
            received.Zip(states[visit.Version - 1].Base).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
            missed += last.TryGetValue(visit.Client, out var before) && before < visit.Version - 1 ? 1 : 0;
            last[visit.Client] = visit.Version;
        }

        missed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_round_adds_at_most_the_ranks_of_all_clients_but_one_and_the_bytes_were_foretold()
    {
        using var federation = new LoraFederation(Catalogue.FedExLora, clients: 2, adaptation: new LoraConfig(1, 1));
        var states = federation.Run(3);
        states[0].Base.Select(tensor => tensor.Key.Role).ShouldBe(["base_A", "base_B"]);
        states[0].Base[0].Shape.ShouldBe([1, LoraFederation.Inputs]);
        states[1].Base.Select(tensor => tensor.Key.Role).ShouldBe(["base"]);
        TrafficForecast.Of(federation.Plan(3), federation.Start).Select(round => round.Bytes.Down.Bytes).ShouldBe(federation.Ledger.Rounds.Values.Select(sum => sum.Down.Bytes));
    }

    [Fact]
    public void A_residual_of_lower_rank_is_the_best_of_that_rank()
    {
        FactorUpdate[] updates = [.. Enumerable.Range(0, 3).Select(k => new FactorUpdate(Random(4, k), Random(4, k + 10), 1))];
        var whole = BaseOf(LoraFixtures.Join(Catalogue.FedExLora, updates));
        var cut = BaseOf(LoraFixtures.Join(Catalogue.FedExLora with { ServerStep = new ServerStep.ResidualToBase(Rank: 1) }, updates));
        JacobiSvd.Of(cut).S[1].ShouldBeLessThan(1e-6);
        LoraFederation.Distance(cut, whole).ShouldBe(JacobiSvd.Of(whole).S[1], 1e-5);
    }

    [Fact]
    public void Clients_of_different_ranks_are_refused() =>
        MethodRules.Refusals(Catalogue.FedExLora with { Capacity = new Capacity.Ranks(), Dispatch = new Dispatch.Slice() }).ShouldHaveSingleItem().ShouldContain("one rank");

    private static HostMatrix BaseOf(ServerState state) => state.Base.Count == 1 ? LoraFederation.Matrix(state.Base[0]) : LoraFederation.BaseOf(state.Base)!;

    private static HostMatrix Matrix(float[] values) => HostMatrix.Of(2, 2, values);

    private static HostMatrix Sum(HostMatrix x, HostMatrix y) => x.Minus(y.Scaled(-1));

    private static float[] Random(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin((1.3 * i) + (0.7 * seed) + 0.1))];
}
