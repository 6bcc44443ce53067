using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Autograd;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;
using Tributary.Numerics.Reference;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Perplexities of the paper are not held to: they need models of 7 billion parameters.</summary>
[Specification(6, "perfit")]
public sealed class PerFitTests
{
    // A matrix of 5 outputs and 3 inputs has so many values at rank 1.
    private const int Budget = LoraFederation.Inputs + LoraFederation.Outputs;
    private static readonly TensorKey[] Keys = [LoraFederation.A, LoraFederation.B];
    private static readonly Method Small = Catalogue.PerFit with { Capacity = new Capacity.Pruned([1]) };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [Checks(1)]
    public void After_the_search_every_client_has_as_many_entries_as_the_budget_whatever_the_larger_rank(int rank)
    {
        using var federation = Of(Small, rank);
        federation.Run(3);
        federation.Visits.ShouldAllBe(visit => visit.Up.Parts.Values.Sum(part => part.Marks.Count) == Budget);
        foreach (var own in federation.Visits.GroupBy(visit => visit.Client))
        {
            own.ShouldAllBe(visit => Owned(visit).SequenceEqual(Owned(own.First())), "they are fixed from then on");
        }

        federation.Visits.Where(visit => visit.Version == 0).Select(visit => string.Concat(Owned(visit).Select(has => has ? 1 : 0))).Distinct().Count().ShouldBeGreaterThan(1, "they are each client's own");
    }

    [Fact]
    [Checks(1)]
    public void Without_a_larger_rank_it_is_FedIT()
    {
        using var own = new LoraFederation(Catalogue.PerFit with { Capacity = new Capacity.Pruned([2]) });
        using var plain = new LoraFederation(Catalogue.FedIt);
        var (mine, theirs) = (own.Run(3), plain.Run(3));
        foreach (var key in Keys)
        {
            mine[2].Model[key].Values.ShouldBe(theirs[2].Model[key].Values);
            own.Served(mine[2], "c1")[key].Values.ShouldBe(mine[2].Model[key].Values);
        }

        own.Ledger.Total.ShouldBe(plain.Ledger.Total);
    }

    [Fact]
    [Checks(2)]
    public void What_is_pruned_is_zero_at_all_later_times_also_with_decay_and_momentum()
    {
        foreach (var optimizer in (OptimizerSpec[])[new OptimizerSpec.AdamW(0.05, WeightDecay: 0.5), new OptimizerSpec.Sgd(0.05, Momentum: 0.9, WeightDecay: 0.1)])
        {
            using var federation = Of(Small, 4, optimizer);
            federation.Run(3);
            foreach (var visit in federation.Visits)
            {
                Values(visit.Trained).Zip(Owned(visit)).ShouldAllBe(entry => entry.Second || entry.First == 0);
                Values(visit.Start).Zip(Owned(visit)).ShouldAllBe(entry => visit.Version == 0 || entry.Second || entry.First == 0);
            }
        }
    }

    [Fact]
    [Checks(3, 4)]
    public void Entries_are_averaged_over_their_owners_and_stay_where_there_is_none()
    {
        using var federation = Of(Small, 3);
        var states = federation.Run(3);
        var (alone, common, nobody) = (0, 0, 0);
        foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
        {
            var before = Values(round.Key == 0 ? federation.Start : states[round.Key - 1].Model);
            var after = Values(states[round.Key].Model);
            for (var i = 0; i < after.Length; i++)
            {
                var owners = round.Where(visit => Owned(visit)[i]).ToArray();
                var weight = owners.Sum(visit => visit.Client[1] - '0');
                var mean = owners.Sum(visit => (visit.Client[1] - '0') * (double)Values(visit.Up.Section(MessageBody.Parameters))[i] / weight);
                after[i].ShouldBe(owners.Length == 0 ? before[i] : (float)mean, 1e-6f);
                (alone, common, nobody) = (alone + (owners.Length == 1 ? 1 : 0), common + (owners.Length == 3 ? 1 : 0), nobody + (owners.Length == 0 ? 1 : 0));
            }
        }

        Math.Min(alone, Math.Min(common, nobody)).ShouldBeGreaterThan(0, "all three cases are there");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(-1, -1)]
    [Checks(5)]
    public void Neither_the_sign_of_a_value_nor_that_of_its_gradient_counts(int value, int gradient)
    {
        using var backend = new ReferenceBackend<double>();
        using var vector = new TrainableVector(backend, [(LoraFederation.A, [2, 2]), (LoraFederation.B, [2, 2])]);
        vector.Write(new ParameterSet([new HostTensor(LoraFederation.A, [2, 2], [1 * value, 2, 3, 4 * value]), new HostTensor(LoraFederation.B, [2, 2], [5, 6 * value, 7, 8])]));
        backend.Upload((float[])[9, 1 * gradient, 1, 1, 1 * gradient, 1, 0.1f, 0], vector.Gradient);
        using var pruning = new EntryPruning(ParameterSet.Empty, keep: 3, cuts: 1, steps: 1, vector, backend);
        pruning.Before(vector);
        pruning.After(vector, new TrainableRanges(vector, _ => true), 1);

        // |value · gradient| is [9, 2, 3, 4], [5, 6, 0.7, 0].
        pruning.Parts(vector)[LoraFederation.A].Marks.Indices.ShouldBe([0]);
        pruning.Parts(vector)[LoraFederation.B].Marks.Indices.ShouldBe([0, 1]);
        vector.Read()[LoraFederation.A].Values.ShouldBe([1f * value, 0, 0, 0]);
    }

    [Fact]
    public void Cuts_take_the_same_share_each_and_the_last_leaves_the_budget()
    {
        Enumerable.Range(1, 4).Select(cut => EntryPruning.LeftAfter(cut, 4, 160, 10)).ShouldBe([80, 40, 20, 10]);
        EntryPruning.LeftAfter(3, 3, 100, 7).ShouldBe(7);
    }

    [Fact]
    [Checks(6)]
    public void Slots_of_which_one_half_is_lost_are_reported()
    {
        // Slot 0 has lost its column of B, slot 1 its row of A, slot 2 both and slot 3 neither.
        var entries = new ParameterSet([
            new HostTensor(LoraFederation.A, [4, 2], [1, 0, 0, 0, 0, 0, 0, 1]),
            new HostTensor(LoraFederation.B, [3, 4], [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])]);
        EntryPruning.DeadSlots(entries, new LoraConfig(4, 4)).ShouldBe(2);

        using var federation = new BlockFederation(Small, steps: 3);
        federation.Run(2);
        foreach (var report in federation.Reports)
        {
            report.Metrics[EntryPruning.DeadSlotsNumber].ShouldBe(federation.Visits.Where(visit => visit.Visit.Version == report.Round - 1).Sum(visit => visit.Visit.Up.Numbers[EntryPruning.DeadSlotsNumber]));
        }
    }

    [Fact]
    public void A_client_uses_shared_values_at_entries_of_its_own()
    {
        using var federation = Of(Small, 3);
        var state = federation.Run(2)[1];
        foreach (var visit in federation.Visits.Where(visit => visit.Version == 1))
        {
            Values(federation.Served(state, visit.Client)).ShouldBe(Values(state.Model).Zip(Owned(visit), (value, has) => has ? value : 0));
        }
    }

    [Fact]
    public void Values_that_travel_are_foretold_between_bounds()
    {
        using var federation = new BlockFederation(Small, steps: 3);
        federation.Run(2);
        foreach (var round in TrafficForecast.Of(federation.Plan(2), federation.Start))
        {
            var real = federation.Ledger.Rounds[round.Round];
            real.Up.Bytes.ShouldBeInRange(round.Least.Up.Bytes, round.Bytes.Up.Bytes);
            real.Up.ValueBytes.ShouldBeInRange(round.Least.Up.ValueBytes, round.Bytes.Up.ValueBytes);
            real.Down.ShouldBe(round.Bytes.Down);
            real.Up.ValueBytes.ShouldBeLessThan(real.Down.ValueBytes);
        }
    }

    [Fact]
    public void What_cannot_hold_is_refused()
    {
        MethodRules.Refusals(Catalogue.PerFit with { Capacity = new Capacity.Uniform() }).ShouldHaveSingleItem().ShouldContain("own_entries");
        MethodRules.Refusals(Catalogue.PerFit with { Codec = new Codec(Up: new Encoding.Deltas()) }).ShouldHaveSingleItem().ShouldContain("values");
        MethodRules.Refusals(Catalogue.PerFit with { Capacity = new Capacity.Pruned([0]) }).ShouldHaveSingleItem().ShouldContain("values and cuts");
    }

    private static LoraFederation Of(Method method, int rank, OptimizerSpec? optimizer = null) => new(method, steps: 5, optimizer: optimizer, adaptation: new LoraConfig(rank, 2 * rank));

    private static float[] Values(ParameterSet set) => [.. Keys.SelectMany(key => set[key].Values)];

    private static bool[] Owned(Visit visit) => [.. Keys.SelectMany(key => Enumerable.Range(0, visit.Trained[key].Values.Length).Select(i => visit.Up.Parts.TryGetValue(key, out var part) && part.Marks.Contains(i)))];
}
