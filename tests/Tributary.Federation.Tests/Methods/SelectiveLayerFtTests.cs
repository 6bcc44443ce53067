using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Federation.Rounds;
using Tributary.Federation.State;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The solver itself is held to checks 3 to 5 in LayerSelectionTests.</summary>
[Specification(5, "selective-layer-ft")]
public sealed class SelectiveLayerFtTests
{
    private static readonly Method Published = Catalogue.SelectiveLayerFt with { Cohort = new Cohort.All() };

    [Fact]
    [Checks(1)]
    public void With_a_budget_for_all_it_is_federated_averaging_to_the_bit()
    {
        using var own = new BlockFederation(With(new LayerRule.Agreed(), 1));
        using var plain = new BlockFederation(Published with { Capacity = new Capacity.Uniform() });
        foreach (var (mine, theirs) in own.Run(3)[2].Model.Zip(plain.Run(3)[2].Model))
        {
            mine.Values.ShouldBe(theirs.Values);
        }
    }

    [Fact]
    [Checks(2)]
    public void Uploads_hold_the_chosen_blocks_alone_and_the_others_stay_as_they_were()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(), 0.5), optimizer: new OptimizerSpec.AdamW(0.1, WeightDecay: 0.5));
        federation.Run(2);
        Trainings(federation).Count().ShouldBe(6);
        foreach (var (order, visit) in Trainings(federation))
        {
            var chosen = BlocksOf(visit);
            chosen.Count.ShouldBeInRange(1, 2);
            foreach (var tensor in visit.Trained)
            {
                var sent = visit.Up.Section(MessageBody.Parameters).TryGet(tensor.Key, out _);
                sent.ShouldBe(tensor.Key.Layer < 0 || chosen.Contains(tensor.Key.Layer));
                sent.ShouldBe(order.Holding.Contains(tensor.Key));
                tensor.Values.SequenceEqual(visit.Start[tensor.Key].Values).ShouldBe(!sent);
            }
        }
    }

    [Fact]
    [Checks(2)]
    public void No_gradient_is_found_of_blocks_that_were_not_chosen()
    {
        using var federation = new ModelFederation(With(new LayerRule.Agreed(Strength: 0), 0.5), [ModelFederation.Texts(1, 5), ModelFederation.Texts(2, 3)]);
        federation.Run(2);
        var (probes, trainings) = (federation.Visits.Where(visit => visit.Up.Section(MessageBody.Scores).Count > 0).ToArray(), federation.Visits.Where(visit => visit.Up.Section(MessageBody.Scores).Count == 0).ToArray());
        (probes.Length, trainings.Length).ShouldBe((4, 4));
        probes.ShouldAllBe(visit => visit.Moved.Count == federation.Layout.Tensors.Count, "a probe looks at all of them");
        foreach (var visit in trainings)
        {
            visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Distinct().Count().ShouldBe(1, "one of two blocks");
            visit.Moved.ShouldBe(visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key), ignoreOrder: true);
        }
    }

    [Fact]
    [Checks(3)]
    public void Without_agreement_a_client_trains_what_moves_most_in_its_own_probe()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(Strength: 0), 0.5, 0.75));
        federation.Run(3);
        foreach (var (order, visit) in Trainings(federation))
        {
            var told = ProbeOf(federation, order);
            BlocksOf(visit).Order().ShouldBe(Enumerable.Range(0, BlockFederation.Blocks).OrderByDescending(block => told[block]).Take(visit.Client == "c2" ? 3 : 2).Order());
        }
    }

    [Fact]
    public void A_probe_tells_the_squared_norms_of_the_gradients_of_a_first_batch()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(), 0.5));
        federation.Run(1);
        var probe = federation.Visits.Single(v => v.Order.Exchange == Exchange.Probe.Name && v.Visit.Client == "c2").Visit;
        var (expected, element) = (new double[BlockFederation.Blocks], 0);
        foreach (var tensor in federation.Start)
        {
            foreach (var value in tensor.Values)
            {
                var slope = value - BlockFederation.Target(2, element++);
                expected[Math.Max(tensor.Key.Layer, 0)] += tensor.Key.Layer < 0 ? 0 : slope * slope;
            }
        }

        probe.Up.Section(MessageBody.Scores)[0].Values.ShouldBeNear(expected);
        probe.Up.Section(MessageBody.Parameters).Count.ShouldBe(0);
    }

    [Fact]
    [Checks(4)]
    public void With_much_agreement_all_train_the_blocks_that_move_most_for_all()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(Strength: 1e6), 0.5));
        federation.Run(3);
        foreach (var round in Trainings(federation).GroupBy(v => v.Order.Version))
        {
            var shares = round.Select(v => ProbeOf(federation, v.Order)).Select(told => told.Select(value => value / (double)told.Sum()).ToArray()).ToArray();
            var best = Enumerable.Range(0, BlockFederation.Blocks).OrderByDescending(block => shares.Sum(share => share[block])).Take(2).Order();
            round.ShouldAllBe(v => BlocksOf(v.Visit).Order().SequenceEqual(best));
        }
    }

    /// <summary>Four blocks, half of them: what each rule gives.</summary>
    [Fact]
    public void Rules_that_ask_nobody_give_what_they_say()
    {
        Chosen(new LayerRule.Top()).ShouldAllBe(blocks => blocks.SetEquals(new[] { 2, 3 }));
        Chosen(new LayerRule.Bottom()).ShouldAllBe(blocks => blocks.SetEquals(new[] { 0, 1 }));
        Chosen(new LayerRule.Both()).ShouldAllBe(blocks => blocks.SetEquals(new[] { 0, 3 }));
        Chosen(new LayerRule.Full()).ShouldAllBe(blocks => blocks.Count == 4);
        var random = Chosen(new LayerRule.Random());
        random.ShouldAllBe(blocks => blocks.Count == 2);
        random.Select(blocks => string.Join(',', blocks.Order())).Distinct().Count().ShouldBeGreaterThan(3);

        static IReadOnlyList<HashSet<int>> Chosen(LayerRule rule)
        {
            using var federation = new BlockFederation(With(rule, 0.5));
            federation.Run(6);
            federation.Visits.ShouldAllBe(v => v.Order.Exchange == Exchange.Train.Name);
            return [.. federation.Visits.Select(v => BlocksOf(v.Visit))];
        }
    }

    [Fact]
    public void Signal_to_noise_and_relative_gradients_are_what_clients_tell_for_these_rules()
    {
        var units = TensorUnits.Of(TensorLayout.Of(BlockFederation.Model()), Catalogue.FedIt.Adaptation, UnitKind.Module);
        var values = BlockFederation.Model();
        var gradient = new ParameterSet(values.Select(tensor => tensor with { Values = Array.ConvertAll(tensor.Values, value => (value * value) - 0.25f) }));
        var (noise, relative) = (LayerRules.Probe(new LayerRule.SignalToNoise(), units, gradient, values), LayerRules.Probe(new LayerRule.RelativeGradient(), units, gradient, values));
        for (var unit = 0; unit < units.Count; unit++)
        {
            double[] slopes = [.. units.Units[unit].SelectMany(key => gradient[key].Values).Select(value => (double)value)];
            var mean = slopes.Average();
            ((double)noise.Values[unit]).ShouldBe(Math.Abs(mean) / Math.Sqrt(slopes.Average(slope => (slope - mean) * (slope - mean))), 1e-5);
            ((double)relative.Values[unit]).ShouldBe(Math.Sqrt(slopes.Sum(slope => slope * slope) / units.Units[unit].SelectMany(key => values[key].Values).Sum(value => (double)value * value)), 1e-5);
        }
    }

    [Theory]
    [InlineData("snr")]
    [InlineData("rgn")]
    public void These_rules_give_every_client_its_largest(string rule)
    {
        using var federation = new BlockFederation(With(rule == "snr" ? new LayerRule.SignalToNoise() : new LayerRule.RelativeGradient(), 0.5));
        federation.Run(2);
        foreach (var (order, visit) in Trainings(federation))
        {
            var told = ProbeOf(federation, order);
            BlocksOf(visit).Order().ShouldBe(Enumerable.Range(0, BlockFederation.Blocks).OrderByDescending(block => told[block]).Take(2).Order());
        }
    }

    [Fact]
    public void A_block_moves_by_the_mean_of_its_holders_and_one_without_stays()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(Strength: 0), 0.25));
        var model = federation.Run(1)[0].Model;
        foreach (var tensor in model.Where(tensor => tensor.Key.Layer >= 0))
        {
            var holders = Trainings(federation).Select(v => v.Visit).Where(visit => BlocksOf(visit).Contains(tensor.Key.Layer)).ToArray();
            var examples = holders.Sum(visit => (double)(visit.Client[1] - '0'));
            for (var i = 0; i < tensor.Values.Length; i++)
            {
                var start = federation.Start[tensor.Key].Values[i];
                var delta = holders.Sum(visit => (visit.Client[1] - '0') / examples * ((double)visit.Trained[tensor.Key].Values[i] - start));
                ((double)tensor.Values[i]).ShouldBe(start + delta, 1e-6);
            }
        }
    }

    [Fact]
    public void The_model_goes_out_once_a_round_and_a_probe_is_a_number_for_each_block()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(), 0.5));
        federation.Run(2);
        var model = 4 * federation.Layout.Elements;
        foreach (var report in federation.Reports)
        {
            report.Traffic.Where(traffic => traffic.Exchange == "probe").ShouldAllBe(traffic => traffic.Down.ValueBytes == model && traffic.Up.ValueBytes == 4 * BlockFederation.Blocks);
            report.Traffic.Where(traffic => traffic.Exchange == "train").ShouldAllBe(traffic => traffic.Down.ValueBytes == 0 && traffic.Up.ValueBytes > 0);
            report.Traffic.Count.ShouldBe(6);
        }

        federation.Ledger.Total.Up.Bytes.ShouldBe(federation.Visits.Sum(v => v.Visit.Lengths.Up));
        federation.Ledger.Total.Down.Bytes.ShouldBe(federation.Visits.Sum(v => v.Visit.Lengths.Down));
    }

    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(0.1, 0.5)]
    [InlineData(0.1, 1.0)]
    public void Bytes_are_foretold_as_closely_as_the_choice_allows(double strength, double budget)
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(strength), budget));
        federation.Run(4);
        foreach (var round in TrafficForecast.Of(federation.Plan(4), federation.Start))
        {
            var real = federation.Ledger.Rounds[round.Round];
            real.Up.Bytes.ShouldBeInRange(round.Least.Up.Bytes, round.Bytes.Up.Bytes);
            real.Up.ValueBytes.ShouldBeInRange(round.Least.Up.ValueBytes, round.Bytes.Up.ValueBytes);
            (real.Down, real.Down).ShouldBe((round.Least.Down, round.Bytes.Down));
            (round.Least.Up.ValueBytes == round.Bytes.Up.ValueBytes).ShouldBe(strength == 0 || budget == 1, "all blocks are equally large");
            (round.Least.Up.Bytes == round.Bytes.Up.Bytes).ShouldBe(budget == 1);
        }
    }

    /// <summary>The process dies before every answer is sent and before each is acknowledged: between exchanges too.</summary>
    [Fact]
    public void Killed_anywhere_and_resumed_the_result_has_the_same_bits()
    {
        var method = With(new LayerRule.Agreed(), 0.25, 0.5) with { Sharing = Sharing.ByFactor(loraA: Visibility.Private), Adaptation = Catalogue.FedIt.Adaptation };
        using var whole = new BlockFederation(method);
        var calls = 0;
        whole.Before = _ => calls++;
        var expected = whole.Run(2)[1].Model;
        calls.ShouldBe(2 * 2 * 2 * 3, "calls, rounds, exchanges, clients");
        for (var kill = 1; kill <= calls; kill++)
        {
            using var federation = new BlockFederation(method);
            var count = 0;
            federation.Before = _ => Die(++count == kill);
            Should.Throw<InvalidOperationException>(() => federation.Run(2));
            federation.Before = _ => { };
            var resumed = federation.Run(2)[1].Model;
            resumed.ShouldAllBe(tensor => tensor.Values.SequenceEqual(expected[tensor.Key].Values), $"killed at call {kill}");
            foreach (var client in (string[])["c1", "c2", "c3"])
            {
                federation.States.Load(client).Section(LocalProgramRunner.PrivateSection).ShouldAllBe(
                    tensor => tensor.Values.SequenceEqual(whole.States.Load(client).Section(LocalProgramRunner.PrivateSection)[tensor.Key].Values));
            }
        }
    }

    [Fact]
    public void What_clients_keep_for_the_second_exchange_is_gone_after_it()
    {
        using var federation = new BlockFederation(With(new LayerRule.Agreed(), 0.5));
        federation.Run(2);
        foreach (var client in (string[])["c1", "c2", "c3"])
        {
            File.Exists(federation.States.KeptPath(client, 0)).ShouldBeFalse();
            File.Exists(federation.States.KeptPath(client, 1)).ShouldBeFalse();
        }
    }

    [Fact]
    public void What_cannot_be_chosen_is_refused()
    {
        MethodRules.Refusals(With(new LayerRule.Agreed(), 0)).ShouldHaveSingleItem().ShouldContain("budgets above 0");
        MethodRules.Refusals(With(new LayerRule.Agreed(-1), 0.5)).ShouldHaveSingleItem().ShouldContain("strength");
        MethodRules.Refusals(With(new LayerRule.Agreed(), 0.5) with { Pace = new Pace.FirstK(2) }).ShouldHaveSingleItem().ShouldContain("whole_cohort");
        MethodRules.Refusals(With(new LayerRule.Top(), 0.5) with { Pace = new Pace.FirstK(2) }).ShouldBeEmpty();
        MethodRules.Refusals(With(new LayerRule.Agreed(), 0.5) with { Dispatch = new Dispatch.Slice() }).ShouldHaveSingleItem().ShouldContain("broadcast");
    }

    private static Method With(LayerRule rule, params double[] budgets) => Published with { Capacity = new Capacity.Layers(budgets, rule) };

    private static void Die(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("killed");
        }
    }

    private static IEnumerable<(WorkOrder Order, Visit Visit)> Trainings(BlockFederation federation) => federation.Visits.Where(v => v.Order.Exchange == Exchange.Train.Name);

    private static float[] ProbeOf(BlockFederation federation, WorkOrder order) => federation.Visits
        .Single(v => v.Order.Exchange == Exchange.Probe.Name && v.Order.Version == order.Version && v.Order.Client == order.Client).Visit.Up.Section(MessageBody.Scores)[0].Values;

    private static HashSet<int> BlocksOf(Visit visit) => [.. visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Where(layer => layer >= 0)];
}
