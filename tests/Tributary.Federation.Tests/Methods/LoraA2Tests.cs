using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(7, "lora-a2")]
public sealed class LoraA2Tests
{
    private const int Modules = 8;

    // B moves at five times this rate.
    private static readonly OptimizerSpec Slow = new OptimizerSpec.Sgd(0.02);

    [Fact]
    [Checks(1)]
    public void Slots_are_scored_by_what_a_trial_has_moved_and_the_best_are_kept()
    {
        var a = new HostTensor(LoraFederation.A, [2, 2], [3, 4, 0, 1]);
        var start = Sets.Of(a, HostTensor.Zeros(LoraFederation.B, [2, 2]));
        var tried = Sets.Of(a, new HostTensor(LoraFederation.B, [2, 2], [1, 0, 0, 2]));
        var config = new LoraConfig(2, 2);
        SlotSelection.Scores(LoraPair.Among([LoraFederation.A, LoraFederation.B], config)[0], start, tried).ShouldBe([5, 2], 1e-9);
        SlotSelection.Of(config, 1, start, tried).Values.ShouldAllBe(part => part.Marks.Indices.SequenceEqual(new[] { 0 }));

        // The phase of A: ‖B[:, j]‖·‖ΔA[j, :]‖.
        var moved = Sets.Of(new HostTensor(LoraFederation.A, [2, 2], [3, 5, 0, 4]), tried[LoraFederation.B]);
        SlotSelection.Scores(LoraPair.Among([LoraFederation.A, LoraFederation.B], config)[0], tried, moved).ShouldBe([1, 6], 1e-9);
    }

    [Fact]
    [Checks(2)]
    public void As_many_slots_are_sent_as_the_budget_says_in_whichever_modules_they_are()
    {
        using var federation = new BlockFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([1]) });
        federation.Run(4);
        foreach (var (order, visit) in federation.Visits)
        {
            var (trained, axis) = order.Version % 2 == 0 ? ("lora_B", PartKind.Columns) : ("lora_A", PartKind.Rows);
            visit.Up.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Key.Role == trained);
            visit.Up.Parts.Values.ShouldAllBe(part => part.Kind == axis);
            visit.Up.Parts.Values.Sum(part => part.Marks.Count).ShouldBe(Modules);
        }

        federation.Visits.ShouldContain(v => v.Visit.Up.Parts.Count < Modules, "some modules send nothing");
    }

    [Fact]
    [Checks(3)]
    public void What_is_not_selected_keeps_its_bits_also_with_decay_and_momentum()
    {
        foreach (var optimizer in (OptimizerSpec[])[new OptimizerSpec.AdamW(0.05, WeightDecay: 0.5), new OptimizerSpec.Sgd(0.05, Momentum: 0.9, WeightDecay: 0.1)])
        {
            using var federation = new BlockFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([1]) }, steps: 3, optimizer: optimizer);
            federation.Run(2);
            foreach (var (_, visit) in federation.Visits)
            {
                foreach (var tensor in visit.Trained)
                {
                    var before = visit.Start[tensor.Key].Values;
                    var part = visit.Up.Parts.GetValueOrDefault(tensor.Key);
                    bool[] chosen = part is null ? new bool[before.Length] : [.. part.Unpack([.. Enumerable.Repeat(1f, part.CountBefore(part.Length))]).Select(v => v == 1)];
                    tensor.Values.Zip(before, (x, y) => x.Equals(y)).ShouldBe(chosen.Select(c => !c));
                }
            }
        }
    }

    [Fact]
    [Checks(4)]
    public void With_the_whole_rank_as_budget_a_round_is_RoLoRAs_by_data_size()
    {
        using var own = new LoraFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([2]) }, optimizer: Slow);
        using var other = new LoraFederation(Catalogue.RoLora with { Weighting = new Weighting.Examples(), LocalProgram = Catalogue.LoraA2.LocalProgram }, optimizer: Slow);
        foreach (var (state, expected) in own.Run(4).Zip(other.Run(4)))
        {
            LoraFederation.Distance(LoraFederation.Product(state.Model), LoraFederation.Product(expected.Model)).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    [Checks(5)]
    public void The_joined_product_is_the_mean_of_the_clients_products_in_every_round()
    {
        using var federation = new LoraFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([1]) }, optimizer: Slow);
        var states = federation.Run(4);
        foreach (var round in federation.Visits.GroupBy(visit => visit.Version))
        {
            var mean = round.Select(visit => LoraFederation.Product(visit.Trained).Scaled((visit.Client[1] - '0') / 6.0)).Aggregate((x, y) => x.Plus(y));
            LoraFederation.Distance(LoraFederation.Product(states[round.Key].Model), mean).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    [Checks(6)]
    public void B_is_trained_first_which_alone_moves_a_model_that_begins_at_zero()
    {
        using var federation = new LoraFederation(Catalogue.LoraA2);
        var states = federation.Run(2);
        states[0].Model[LoraFederation.A].Values.ShouldBe(federation.Start[LoraFederation.A].Values);
        states[0].Model[LoraFederation.B].Values.ShouldContain(value => value != 0);
        states[1].Model[LoraFederation.B].Values.ShouldBe(states[0].Model[LoraFederation.B].Values);
        states[1].Model[LoraFederation.A].Values.ShouldNotBe(states[0].Model[LoraFederation.A].Values);
    }

    [Fact]
    [Checks(7)]
    public void Slots_that_one_client_alone_selects_move_by_its_weighted_change()
    {
        // c1 is drawn along the first slot of every module, c2 along the second.
        using var federation = new BlockFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([1]) }, clients: 2, steps: 1, gradient: AlongOneSlot);
        var state = federation.Run(1)[0];
        double[] shares = [1 / 3.0, 2 / 3.0];
        foreach (var tensor in state.Model.Where(tensor => tensor.Key.Role == "lora_B"))
        {
            var start = federation.Start[tensor.Key].Values;
            for (var i = 0; i < start.Length; i++)
            {
                var change = federation.Visits[i % 2].Visit.Trained[tensor.Key].Values[i] - start[i];
                (tensor.Values[i] - start[i]).ShouldBe((float)(shares[i % 2] * change), 1e-6);
                Math.Abs(change).ShouldBeGreaterThan(0.1f);
            }
        }
    }

    [Fact]
    public void B_has_five_times_the_rate_of_A()
    {
        using var fast = new BlockFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([2]) }, clients: 1, steps: 1);
        using var plain = new BlockFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([2]), LocalProgram = LocalProgram.Standard }, clients: 1, steps: 1);
        fast.Run(1);
        plain.Run(1);
        foreach (var tensor in fast.Visits[0].Visit.Trained.Where(tensor => tensor.Key.Role == "lora_B"))
        {
            var start = fast.Start[tensor.Key].Values;
            var slow = plain.Visits[0].Visit.Trained[tensor.Key].Values;
            tensor.Values.Select((value, i) => value - start[i]).ShouldBe(slow.Select((value, i) => 5 * (value - start[i])), 1e-5);
        }
    }

    [Fact]
    public void Bytes_are_within_the_planned_bounds()
    {
        using var federation = new BlockFederation(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([1]) });
        federation.Run(4);
        foreach (var round in TrafficForecast.Of(federation.Plan(4), federation.Start))
        {
            var real = federation.Ledger.Rounds[round.Round].Up;
            real.ValueBytes.ShouldBeInRange(round.Least.Up.ValueBytes, round.Bytes.Up.ValueBytes);
            real.Bytes.ShouldBeInRange(round.Least.Up.Bytes, round.Bytes.Up.Bytes);
            round.Least.Up.ValueBytes.ShouldBeLessThan(round.Bytes.Up.ValueBytes);
        }
    }

    [Fact]
    public void What_cannot_hold_is_refused()
    {
        MethodRules.Refusals(Catalogue.LoraA2 with { Capacity = new Capacity.Slots([17]) }).ShouldHaveSingleItem().ShouldContain("from 1 to");
        MethodRules.Refusals(Catalogue.LoraA2 with { Codec = new Codec() }).ShouldHaveSingleItem().ShouldContain("deltas");
    }

    private static double[] AlongOneSlot(int client, ParameterSet layout, double[] values)
    {
        var at = 0;
        var gradient = new double[values.Length];
        foreach (var tensor in layout)
        {
            for (var i = 0; i < tensor.Values.Length; i++, at++)
            {
                gradient[at] = tensor.Key.Role == "lora_B" && i % 2 == client - 1 ? 1 : 0;
            }
        }

        return gradient;
    }
}
