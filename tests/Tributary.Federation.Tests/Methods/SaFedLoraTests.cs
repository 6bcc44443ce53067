using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Full;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Adaptation.Several;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "sa-fedlora")]
public sealed class SaFedLoraTests
{
    private const int Rank = 4, Outputs = 6, Inputs = 5;
    private static readonly TensorKey Base = new(TensorKey.MainModel, "base", 0, "weight", "model.h.0.q.weight");
    private static readonly TensorKey A = new(TensorKey.MainModel, "low", 0, "lora_A", "base_model.model.model.h.0.q.lora_A.weight");
    private static readonly TensorKey B = new(TensorKey.MainModel, "low", 0, "lora_B", "base_model.model.model.h.0.q.lora_B.weight");

    private static readonly Method Small = Catalogue.SaFedLora with
    {
        Adaptation = new SeveralConfig(new Dictionary<string, AdapterConfig> { ["base"] = new FullConfig(), ["low"] = new LoraConfig(Rank, 2 * Rank) }),
        Capacity = new Capacity.Annealed(Least: 1, Heating: 4, Cooling: 4),
    };

    [Theory]
    [InlineData(16, 2)]
    [InlineData(8, 1)]
    [InlineData(2, 4)]
    [Checks(1)]
    public void The_rank_stays_and_then_falls_to_the_least(int largest, int least)
    {
        var annealed = new Capacity.Annealed(least, Heating: 5, Cooling: 20);
        int[] ranks = [.. Enumerable.Range(0, 40).Select(version => annealed.RankAt(version, largest))];
        ranks[..5].ShouldAllBe(rank => rank == largest);
        ranks.ShouldBe(ranks.OrderDescending());
        ranks.ShouldAllBe(rank => rank >= Math.Min(least, largest) && rank <= largest);
        ranks[24..].ShouldAllBe(rank => rank == Math.Min(least, largest));
    }

    [Fact]
    [Checks(1, 2)]
    public void Bytes_follow_the_rank_and_the_base_travels_in_the_first_stage_and_once_more_to_the_clients()
    {
        using var federation = new BlockFederation(Small, start: Start());
        federation.Run(10);
        foreach (var (order, visit) in federation.Visits)
        {
            var rank = ((Capacity.Annealed)Small.Capacity).RankAt(visit.Version, Rank);
            var (up, down) = (visit.Up.Section(MessageBody.Parameters), visit.Down.Section(MessageBody.Parameters));
            up.TryGet(Base, out _).ShouldBe(visit.Version < 2);
            down.TryGet(Base, out _).ShouldBe(visit.Version <= 2);
            var factors = rank * (Inputs + Outputs);
            up.Elements.ShouldBe(visit.Version < 2 ? Outputs * Inputs : factors);
            down.Elements.ShouldBe(visit.Version switch { < 2 => Outputs * Inputs, 2 => (Outputs * Inputs) + factors, _ => factors });
            (order.Holding.Rank ?? Rank).ShouldBe(rank);
        }

        foreach (var forecast in Tributary.Federation.Ledger.TrafficForecast.Of(federation.Plan(10), federation.Start))
        {
            forecast.Bytes.ShouldBe(federation.Ledger.Rounds[forecast.Round]);
            forecast.Least.ShouldBe(forecast.Bytes);
        }
    }

    [Fact]
    public void Every_client_goes_on_with_the_base_that_it_was_handed()
    {
        using var federation = new BlockFederation(Small, start: Start());
        var states = federation.Run(6);
        states[1].Model[Base].Values.ShouldNotBe(federation.Start[Base].Values);
        foreach (var (_, visit) in federation.Visits.Where(v => v.Visit.Version >= 2))
        {
            visit.Start[Base].Values.ShouldBe(states[1].Model[Base].Values);
            visit.Trained[Base].Values.ShouldBe(states[1].Model[Base].Values);
        }

        states[5].Model[Base].Values.ShouldBe(states[1].Model[Base].Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Checks(3, 5)]
    public void A_cut_loses_the_discarded_singular_values_and_keeps_the_scale(int rank)
    {
        var set = new ParameterSet([Values(A, Rank, Inputs), Values(B, Outputs, Rank)]);
        var cut = RankCut.Of(set, Small.Adaptation, rank);
        var whole = Product(set);
        var lost = Math.Sqrt(JacobiSvd.Of(whole).S.Skip(rank).Sum(value => value * value));
        LoraFederation.Distance(Product(cut), whole).ShouldBe(lost, 1e-5);
        cut[A].Shape.ShouldBe([Rank, Inputs]);
        cut[A].Values[(rank * Inputs)..].ShouldAllBe(value => value == 0);

        // Clients with the smaller rank have the scale of the larger one, so that s · BA is what it was.
        var small = (LoraConfig)((SeveralConfig)CapacityRules.Adaptation(Small, new Holding(rank))).Adapters["low"];
        ((double)small.Scale(small.Rank, small.Alpha)).ShouldBe(2, 1e-6);
        var again = RankCut.Of(cut, Small.Adaptation, rank);
        LoraFederation.Distance(Product(again), Product(cut)).ShouldBeLessThan(1e-5, "of a product of that rank nothing is lost");
    }

    [Fact]
    [Checks(3)]
    public void Where_the_rank_falls_the_server_has_the_best_factors_of_the_mean()
    {
        using var falling = new BlockFederation(Small, start: Start());
        using var constant = new BlockFederation(Small with { Capacity = new Capacity.Annealed(Least: Rank) }, start: Start());
        var (before, after) = (constant.Run(4)[3].Model, falling.Run(4)[3].Model);
        var next = ((Capacity.Annealed)Small.Capacity).RankAt(4, Rank);
        next.ShouldBeLessThan(Rank);
        LoraFederation.Distance(Product(after), Product(before)).ShouldBe(Math.Sqrt(JacobiSvd.Of(Product(before)).S.Skip(next).Sum(value => value * value)), 1e-5);
    }

    [Fact]
    [Checks(4)]
    public void Without_a_first_stage_and_with_one_rank_it_is_FedIT()
    {
        using var own = new LoraFederation(Catalogue.SaFedLora with { Schedule = new Schedule.Constant(), Capacity = new Capacity.Annealed(Least: 2) });
        using var plain = new LoraFederation(Catalogue.FedIt);
        var (mine, theirs) = (own.Run(3)[2].Model, plain.Run(3)[2].Model);
        mine[LoraFederation.A].Values.ShouldBe(theirs[LoraFederation.A].Values);
        mine[LoraFederation.B].Values.ShouldBe(theirs[LoraFederation.B].Values);
        own.Ledger.Total.ShouldBe(plain.Ledger.Total);
    }

    private static ParameterSet Start() => new([Values(Base, Outputs, Inputs), Values(A, Rank, Inputs), HostTensor.Zeros(B, [Outputs, Rank])]);

    private static HostTensor Values(TensorKey key, params int[] shape) =>
        new(key, shape, [.. Enumerable.Range(0, HostTensor.Count(shape)).Select(i => (float)Math.Sin((1.9 * i) + key.Role.Length))]);

    private static HostMatrix Product(ParameterSet set) => LoraFederation.Matrix(set[B]).Times(LoraFederation.Matrix(set[A]));
}
