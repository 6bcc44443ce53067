using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.ServerSteps;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "flora")]
public sealed class FloraTests
{
    // With one rank of 2 for all, as F1 supposes.
    private static readonly Method Uniform = Catalogue.Flora with { Capacity = new Capacity.Uniform(), Dispatch = new Dispatch.Broadcast() };

    [Fact]
    [Checks(1)]
    public void The_base_has_the_mean_update_of_clients_of_different_ranks()
    {
        var state = LoraFixtures.Join(Catalogue.Flora, LoraFixtures.F2);
        BaseOf(state).Values.ShouldBe([4, 5, 2.25, 3], 1e-6);
        LoraFederation.Product(state.Model).Values.ShouldAllBe(value => value == 0);

        // Weights on both factors would count twice.
        FactorUpdate[] twice = [.. LoraFixtures.F2.Select(update => update with { B = [.. update.B.Select(value => value * (update.Rank == 1 ? 0.25f : 0.75f))] })];
        BaseOf(LoraFixtures.Join(Catalogue.Flora, twice)).Values.Zip([4, 5, 2.25, 3]).ShouldContain(pair => Math.Abs(pair.First - pair.Second) > 1e-3);
        LoraFactors.Stack([Weighted(LoraFixtures.F2[0], 0.25), Weighted(LoraFixtures.F2[1], 0.75)], [1, 1]).Product().Values.ShouldBe([2.875, 3.5, 1.6875, 2.25], 1e-6);
    }

    [Fact]
    [Checks(2, 6)]
    public void With_equal_ranks_the_update_is_the_mean_of_products_and_not_the_product_of_means()
    {
        BaseOf(LoraFixtures.Join(Uniform, LoraFixtures.F1)).Values.ShouldBe([0.5, 1, 1.5, 2], 1e-6);
        LoraFederation.Product(LoraFixtures.Join(Catalogue.FedIt, LoraFixtures.F1).Model).Values.ShouldBe([1, 1.5, 1, 1.5], 1e-6);
    }

    [Fact]
    [Checks(3, 6)]
    public void The_stack_has_the_ranks_of_all_clients_and_their_order_only_orders_it()
    {
        int[] ranks = [1, 3, 2];
        var stack = Stack(ranks, [0, 1, 2]);
        var permuted = Stack(ranks, [2, 0, 1]);
        stack.A.Rows.ShouldBe(6);
        LoraFederation.Distance(stack.Product(), permuted.Product()).ShouldBeLessThan(1e-6);
        permuted.A.Values[..40].ShouldBe(stack.A.Values[80..]);
        permuted.A.Values[40..].ShouldBe(stack.A.Values[..80]);
        LoraFederation.Distance(permuted.A, stack.A).ShouldBeGreaterThan(0.1);
    }

    [Fact]
    [Checks(4)]
    public void The_base_moves_in_every_round_and_fresh_adapters_begin_with_no_output()
    {
        using var federation = new LoraFederation(Catalogue.Flora with { Capacity = new Capacity.Ranks([2, 1]) });
        var states = federation.Run(3);
        LoraFederation.Distance(BaseOf(states[0]), BaseOf(states[1])).ShouldBeGreaterThan(1e-3);
        foreach (var visit in federation.Visits)
        {
            LoraFederation.Product(visit.Start).Values.ShouldAllBe(value => value == 0);
            LoraFederation.Product(visit.Trained).Values.ShouldContain(value => Math.Abs(value) > 1e-3);
        }

        // Nothing is carried over: another A each round, in a round the same for all, first ranks for smaller ones.
        var starts = federation.Visits.GroupBy(visit => visit.Version).Select(round => round.Select(visit => visit.Start[LoraFederation.A].Values).ToArray()).ToArray();
        starts[1][0].ShouldNotBe(starts[0][0]);
        starts[2][0].ShouldNotBe(starts[1][0]);
        starts.ShouldAllBe(round => round.All(values => values.Take(LoraFederation.Inputs).SequenceEqual(round[0].Take(LoraFederation.Inputs))));
    }

    [Fact]
    public void The_base_that_clients_train_on_is_the_servers()
    {
        using var federation = new LoraFederation(Uniform, clients: 1, steps: 1);
        var states = federation.Run(2);

        // One step of B from zero with rate 0.1: ΔB = 0.1 · s · (T − base) Aᵀ, the target less what the base has.
        var visit = federation.Visits[1];
        var a = LoraFederation.Matrix(visit.Start[LoraFederation.A]);
        var target = new HostMatrix(LoraFederation.Outputs, LoraFederation.Inputs, [.. Enumerable.Range(0, 15).Select(i => Math.Cos((2.3 * i) + 1))]);
        var expected = target.Minus(BaseOf(states[0])).Times(a.Transposed()).Scaled(0.1 * 2);
        LoraFederation.Distance(LoraFederation.Matrix(visit.Trained[LoraFederation.B]), expected).ShouldBeLessThan(1e-5);
    }

    [Theory]
    [InlineData(StorageType.F32)]
    [InlineData(StorageType.Int8)]
    [InlineData(StorageType.Nf4)]
    [Checks(5)]
    public void What_is_merged_is_kept_in_single_precision_beside_the_base_however_that_is_stored(StorageType storage)
    {
        var method = Uniform with
        {
            Adaptation = new LoraConfig(2, 4),
            LocalProgram = LocalProgram.Standard.WithEveryPhase(phase => phase with { Optimizer = new OptimizerSpec.AdamW(0.03), Budget = new Budget.Steps(3) }),
        };
        using var federation = new ModelFederation(method, [ModelFederation.Texts(1, 3), ModelFederation.Texts(2, 5)], storage: storage);
        var before = federation.BaseOutputs();
        var state = federation.Run(1)[0];
        var expected = federation.Logits(new LoraConfig(4, 8).Resolve(federation.Model), LoraFixtures.StackedMean([.. federation.Visits.Select(visit => visit.Trained)], [3 / 8.0, 5 / 8.0]));
        federation.Outputs(state.Served).ShouldBe(expected, 1e-4);
        federation.BaseLogits().Zip(expected).ShouldContain(pair => Math.Abs(pair.First - pair.Second) > 1e-3);
        federation.BaseOutputs().ShouldBe(before);
    }

    [Fact]
    public void Clients_download_the_base_alone_and_its_bytes_were_foretold()
    {
        using var federation = new LoraFederation(Catalogue.Flora);
        federation.Run(3);
        federation.Visits.ShouldAllBe(visit => visit.Down.Section(MessageBody.Parameters).Count == 0);

        // 5 × 3: more than one rank is more numbers than the matrix.
        federation.Visits.ShouldAllBe(visit => visit.Down.Section(MessageBody.Base).Elements == (visit.Version == 0 ? 0 : 15));
        var foretold = TrafficForecast.Of(federation.Plan(3), federation.Start).ToArray();
        foretold.Select(round => round.Bytes.Down.Bytes).ShouldBe(federation.Ledger.Rounds.Values.Select(sum => sum.Down.Bytes));
        foretold.Select(round => round.Bytes.Up.Bytes).ShouldBe(federation.Ledger.Rounds.Values.Select(sum => sum.Up.Bytes));
    }

    [Fact]
    public void What_cannot_hold_with_it_is_refused()
    {
        MethodRules.Refusals(Catalogue.Flora with { Combine = new Combine.Factors() }).ShouldHaveSingleItem().ShouldContain("need each other");
        MethodRules.Refusals(Catalogue.FedIt with { Initialisation = new Initialisation.Fresh() }).ShouldHaveSingleItem().ShouldContain("forgotten");
        MethodRules.Refusals(Catalogue.Flora with { Adaptation = new LoraConfig(Dora: true) }).ShouldHaveSingleItem().ShouldContain("DoRA");
    }

    private static HostMatrix BaseOf(ServerState state) => state.Base[0].Key.Role == "base" ? LoraFederation.Matrix(state.Base[0]) : throw new InvalidOperationException("the update is larger than the matrix");

    private static LoraFactors Weighted(FactorUpdate update, double weight) => new(
        new HostMatrix(update.Rank, 2, [.. update.A.Select(v => weight * v)]), new HostMatrix(2, update.Rank, [.. update.B.Select(v => weight * v)]), 1);

    // The base after clients of these ranks have sent random factors of a 12 × 20 update, in an order.
    private static LoraFactors Stack(int[] ranks, int[] order)
    {
        const int Outputs = 12;
        const int Inputs = 20;
        var method = Catalogue.Flora with { Adaptation = new LoraConfig(3, 3) };
        var layout = new TensorLayout([(LoraFederation.A, [3, Inputs]), (LoraFederation.B, [Outputs, 3])]);
        MessageBody[] bodies = [.. ranks.Select((rank, k) => Sets.Body(Sets.Of(Random(LoraFederation.A, [rank, Inputs], k), Random(LoraFederation.B, [Outputs, rank], k + 10))))];
        var contents = new RoundUpdates(new MemoryUpdates([.. order.Select(k => bodies[k])], layout), method, layout);
        var start = ServerState.Initial(new ParameterSet(layout.Tensors.Select(tensor => HostTensor.Zeros(tensor.Key, tensor.Shape))));
        var next = ServerRules.For(method.ServerStep).Apply(start, new Joined(ParameterSet.Empty, false, ParameterSet.Empty), new WeighedUpdates(contents, (k, _) => order[k] + 1));
        return BaseUpdate.Of(LoraFederation.A, Outputs, Inputs).In(next.Base)!;
    }

    private static HostTensor Random(TensorKey key, int[] shape, int seed) => new(key, shape, [.. Enumerable.Range(0, shape[0] * shape[1]).Select(i => (float)Math.Sin((1.3 * i) + (0.7 * seed) + 0.1))]);
}
