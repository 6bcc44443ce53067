using Tributary.Federation.Clients;
using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Cohorts;
using Tributary.Federation.Parts.Estimators;
using Tributary.Federation.Rounds;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedkseed", "fedkseed-pro")]
public sealed class FedKSeedTests
{
    private const double Rate = 0.02;

    [Fact]
    [Checks(1)]
    public void What_is_rebuilt_from_the_sums_is_what_the_client_made_by_its_steps()
    {
        using var federation = Federation(Small(Catalogue.FedKSeed), clients: 1, steps: 12);
        federation.Run(4);
        for (var round = 1; round < 4; round++)
        {
            federation.Visits[round].Down.Section(MessageBody.Parameters).ShouldBeEmpty();
            var order = new WorkOrder("run", round, 4, "train", "c1", WorkOrder.CurrentProtocol, 1, "", "", federation.Plan(4).Method);
            var rebuilt = new RebuiltModel(federation.Start).In(order, federation.Visits[round].Down).Section(MessageBody.Parameters);
            Largest(rebuilt, federation.Visits[round - 1].Trained).ShouldBeLessThan(1e-5);
        }

        Largest(federation.Visits[3].Trained, federation.Start).ShouldBeGreaterThan(1e-2, "it moves");
    }

    [Fact]
    public void The_model_is_rebuilt_once_for_all_who_receive_the_same_sums_and_anew_for_others()
    {
        using var federation = Federation(Small(Catalogue.FedKSeed), clients: 2, steps: 12);
        federation.Run(3);
        var model = new RebuiltModel(federation.Start);
        var rebuilt = federation.Visits.Select(visit => model.In(
            new WorkOrder("run", visit.Version, 3, "train", visit.Client, WorkOrder.CurrentProtocol, 1, "", "", federation.Plan(3).Method), visit.Down).Section(MessageBody.Parameters)).ToArray();
        for (var i = 0; i < rebuilt.Length; i++)
        {
            ReferenceEquals(rebuilt[i], rebuilt[i / 2 * 2]).ShouldBeTrue();
        }

        Largest(rebuilt[2], rebuilt[0]).ShouldBeGreaterThan(0);
        Largest(rebuilt[4], rebuilt[2]).ShouldBeGreaterThan(0);
    }

    [Fact]
    [Checks(2)]
    public void The_order_of_the_directions_changes_nothing_but_the_rounding()
    {
        using var federation = Federation(Small(Catalogue.FedKSeed), clients: 1);
        (ulong Key, double Coefficient)[] terms = [.. Enumerable.Range(0, 40).Select(place => (DirectionSequence.InPool(1, place), Math.Sin(place)))];
        var (forward, back) = (new Replay(terms).After(federation.Start), new Replay([.. terms.Reverse()]).After(federation.Start));
        Largest(forward, federation.Start).ShouldBeGreaterThan(1);
        Largest(forward, back).ShouldBeLessThan(1e-5);
    }

    [Fact]
    [Checks(3)]
    public void The_model_of_one_client_is_the_server_s()
    {
        using var federation = Federation(Small(Catalogue.FedKSeed), clients: 1, steps: 12);
        var states = federation.Run(3);
        for (var round = 0; round < 3; round++)
        {
            Largest(states[round].Model, federation.Visits[round].Trained).ShouldBeLessThan(1e-5);
        }
    }

    [Fact]
    public void Several_clients_are_averaged_by_their_examples()
    {
        using var federation = Federation(Small(Catalogue.FedKSeed), clients: 3, steps: 6);
        var state = federation.Run(1)[0];
        foreach (var tensor in state.Model)
        {
            var mean = new double[tensor.Values.Length];
            foreach (var visit in federation.Visits)
            {
                for (var i = 0; i < mean.Length; i++)
                {
                    mean[i] += visit.Up.Numbers[Update.ExamplesNumber] / 6 * visit.Trained[tensor.Key].Values[i];
                }
            }

            tensor.Values.Zip(mean, (x, y) => Math.Abs(x - y)).Max().ShouldBeLessThan(1e-5);
        }
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(64, 64)]
    [InlineData(200, 64)]
    [Checks(4)]
    public void A_message_has_at_most_a_number_for_each_direction_however_large_the_model_is(int steps, int numbers)
    {
        var lengths = new List<MessageLength>();
        foreach (var rank in (int[])[1, 5])
        {
            using var federation = Federation(Small(Catalogue.FedKSeed), clients: 1, steps, new LoraConfig(rank, 2));
            federation.Run(2);
            var traffic = federation.Ledger.Rounds[2];
            traffic.Up.ValueBytes.ShouldBe(4 * numbers);
            traffic.Down.ValueBytes.ShouldBe(4 * 64);
            traffic.Up.Bytes.ShouldBeLessThan((4 * 64) + 600, "and a header");
            lengths.Add(traffic.Up);
            TrafficForecast.Of(federation.Plan(2), federation.Start).Last().Bytes.ShouldBe(traffic);
        }

        lengths[0].ShouldBe(lengths[1]);
    }

    [Fact]
    public void Published_settings_send_less_than_18_KB()
    {
        var phase = Catalogue.FedKSeed.LocalProgram.Phases[0];
        phase.Estimator.ShouldBe(new Estimator.TwoPoint(5e-4, new Directions.Pool(4096)));
        SeedScalarRules.Down(Catalogue.FedKSeed).Elements.ShouldBe(4096);
        SeedScalarRules.Up(Catalogue.FedKSeed).Elements.ShouldBe(200);
        CohortRules.Size(Catalogue.FedKSeed.Cohort, 200).ShouldBe(10, "5 % of 200 clients");
    }

    [Fact]
    [Trait("Method", "fedkseed-pro")]
    [Checks(5)]
    public void Directions_are_drawn_alike_until_slopes_differ_and_then_the_steep_ones_more_often()
    {
        using var federation = Federation(Small(Catalogue.FedKSeedPro), clients: 3, steps: 8);
        federation.Run(3);
        var first = Weights(federation.Visits[0]);
        first.ShouldAllBe(weight => Math.Abs(weight - (1f / 64)) < 1e-8);
        var later = Weights(federation.Visits[^1]);
        later.Sum(weight => (double)weight).ShouldBe(1, 1e-5);
        later.Max().ShouldBe((float)Math.E * later.Min(), 1e-6f, "importance is stretched to 0 … 1 before the softmax");

        var sizes = new double[64];
        var seen = Enumerable.Repeat(1.0, 64).ToArray();
        foreach (var visit in federation.Visits.Where(visit => visit.Version < 2))
        {
            var slopes = visit.Up.Section(SeedScalarRules.Section)[0].Values;
            var sequence = new DirectionSequence(
                new Directions.Pool(64, PoolDraw.Importance), 1, DirectionSequence.StreamOf(1, visit.Client, visit.Version, 0), Array.ConvertAll(Weights(visit), w => (double)w));
            for (var step = 0; step < slopes.Length; step++)
            {
                sizes[sequence.Place(step)] += Math.Min(Math.Abs(slopes[step]), 1000);
                seen[sequence.Place(step)]++;
            }
        }

        var means = sizes.Zip(seen, (size, count) => size / count).ToArray();
        Array.IndexOf(later, later.Max()).ShouldBe(Array.IndexOf(means, means.Max()));
        Array.IndexOf(later, later.Min()).ShouldBe(Array.IndexOf(means, means.Min()));
    }

    [Fact]
    [Trait("Method", "fedkseed-pro")]
    public void The_server_repeats_also_the_steps_along_directions_drawn_by_importance()
    {
        using var federation = Federation(Small(Catalogue.FedKSeedPro), clients: 1, steps: 12);
        var states = federation.Run(3);
        Largest(states[2].Model, federation.Visits[2].Trained).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void A_clients_slopes_do_not_tell_of_its_tensors()
    {
        using var federation = Federation(Small(Catalogue.FedKSeed), clients: 2);
        federation.Run(1);
        federation.Visits.ShouldAllBe(visit => visit.Up.Sections.Keys.Single(name => visit.Up.Section(name).Count > 0) == SeedScalarRules.Section);
    }

    [Fact]
    public void Steps_that_do_not_add_up_are_refused()
    {
        Refusals(phase => phase with { Optimizer = new OptimizerSpec.Sgd(0.1, WeightDecay: 0.1) }).ShouldContain(reason => reason.Contains("weight_decay"));
        Refusals(phase => phase with { LearningRateSchedule = new LearningRateSchedule.Linear() }).ShouldContain(reason => reason.Contains("one constant rate"));
        Refusals(phase => phase with { Budget = new Budget.Epochs(1) }).ShouldContain(reason => reason.Contains("local_steps"));
        Refusals(phase => phase with { Estimator = new Estimator.Backprop() }).ShouldContain(reason => reason.Contains("two_point"));
        MethodRules.Refusals(Catalogue.FedKSeedPro with { Codec = new Codec(new Encoding.SeedScalars()) }).ShouldContain(reason => reason.Contains("importance"));
        MethodRules.Refusals(Catalogue.FedKSeed with { ServerStep = new ServerStep.Adam() }).ShouldContain(reason => reason.Contains("server_step"));
    }

    private static IReadOnlyList<string> Refusals(Func<Phase, Phase> change) =>
        MethodRules.Refusals(Catalogue.FedKSeed with { LocalProgram = Catalogue.FedKSeed.LocalProgram.WithEveryPhase(change) });

    // All clients, and a pool of 64.
    private static Method Small(Method method) => method with
    {
        Cohort = new Cohort.All(),
        LocalProgram = method.LocalProgram.WithEveryPhase(phase => phase with
        {
            Estimator = ((Estimator.TwoPoint)phase.Estimator) with { Directions = ((Directions.Pool)((Estimator.TwoPoint)phase.Estimator).Directions) with { Size = 64 } },
        }),
    };

    private static LoraFederation Federation(Method method, int clients, int steps = 2, LoraConfig? adaptation = null) =>
        new(method, clients, steps, new OptimizerSpec.Sgd(Rate), adaptation);

    private static float[] Weights(Visit visit) => visit.Down.Section(SeedScalarRules.Section).Single(tensor => tensor.Key.Name == "weights").Values;

    private static double Largest(ParameterSet one, ParameterSet other) => one.Max(tensor => tensor.Values.Zip(other[tensor.Key].Values, (x, y) => Math.Abs((double)x - y)).Max());
}
