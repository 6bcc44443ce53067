using Tributary.Federation.Ledger;
using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Codecs;
using Tributary.Federation.Parts.Servings;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(6, "flasc")]
public sealed class FlascTests
{
    // Two adapted matrices with 32 values in each of four blocks, and a head of 6.
    private const int Values = (4 * 32) + 6;

    [Theory]
    [InlineData(0.25, 0.1)]
    [InlineData(0.5, 0.1)]
    [InlineData(1, 0.25)]
    [Checks(1)]
    public void Messages_hold_the_share_of_entries(double down, double up)
    {
        using var federation = new BlockFederation(Sparse(down, up));
        federation.Run(3);
        foreach (var (_, visit) in federation.Visits)
        {
            Held(visit.Down).ShouldBe((int)(down * Values));
            Held(visit.Up).ShouldBe((int)(up * Values));
            NonZeros(visit.Down).ShouldBeLessThanOrEqualTo((int)(down * Values));
            NonZeros(visit.Up).ShouldBeLessThanOrEqualTo((int)(up * Values));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Checks(1)]
    public void Tiers_of_clients_have_densities_of_their_own(bool both)
    {
        // Tier k of three has 4^(k − 2).
        double[] tiers = [1 / 16.0, 1 / 4.0, 1];
        var method = Sparse(0.5, 0.5) with { Capacity = new Capacity.Densities(tiers), Dispatch = both ? new Dispatch.Slice() : new Dispatch.Broadcast(), Cohort = new Cohort.All() };
        using var federation = new BlockFederation(method, clients: 5);
        federation.Run(2);
        federation.Visits.Count.ShouldBe(10);
        foreach (var (order, visit) in federation.Visits)
        {
            var own = tiers[(order.Client[1] - '1') % tiers.Length];
            Held(visit.Up).ShouldBe((int)(own * Values));
            Held(visit.Down).ShouldBe((int)((both ? own : 0.5) * Values));
            NonZeros(visit.Down).ShouldBeLessThanOrEqualTo(Held(visit.Down));
        }

        var planned = TrafficForecast.Of(federation.Plan(2), federation.Start).ToArray();
        foreach (var (forecast, actual) in planned.Zip(federation.Ledger.Rounds.Values))
        {
            actual.Up.Bytes.ShouldBeInRange(forecast.Least.Up.Bytes, forecast.Bytes.Up.Bytes);
            actual.Down.Bytes.ShouldBeInRange(forecast.Least.Down.Bytes, forecast.Bytes.Down.Bytes);

            // What travels whole is known to the byte.
            var (least, most) = forecast.Each[2];
            least.Up.ShouldBe(most.Up);
            federation.Visits.Single(visit => visit.Order.Client == "c3" && visit.Order.Version == forecast.Round - 1).Visit.Lengths.Up.ShouldBe(most.Up.Bytes);
        }
    }

    [Fact]
    public void Densities_of_clients_need_messages_that_are_chosen_by_magnitude()
    {
        var tiers = new Capacity.Densities([0.25, 1]);
        MethodRules.Refusals(Catalogue.Flasc with { Capacity = tiers }).ShouldBeEmpty();
        MethodRules.Refusals(Catalogue.FedIt with { Capacity = tiers }).ShouldHaveSingleItem().ShouldContain("selection: largest");
        MethodRules.Refusals(Catalogue.Flasc with { Capacity = tiers, Dispatch = new Dispatch.Slice(), Codec = Catalogue.Flasc.Codec with { Down = new Encoding.Values() } }).ShouldHaveSingleItem().ShouldContain("selection: largest");
        MethodRules.Refusals(Catalogue.Flasc with { Capacity = new Capacity.Densities([0.25], new Dictionary<string, double> { ["c1"] = 0 }) }).ShouldHaveSingleItem().ShouldContain("above 0");
    }

    [Fact]
    [Checks(1)]
    public void The_two_directions_choose_by_themselves()
    {
        using var federation = new BlockFederation(Sparse(0.25, 0.5));
        federation.Run(1);
        var (down, up) = (federation.Visits[0].Visit.Down.Parts, federation.Visits[0].Visit.Up.Parts);
        up.Sum(part => part.Value.Marks.Indices.Count(entry => !down[part.Key].Marks.Contains(entry))).ShouldBeGreaterThan(0);
        down.Sum(part => part.Value.Marks.Indices.Count(entry => !up[part.Key].Marks.Contains(entry))).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Value_bytes_are_those_of_the_entries_and_the_shorter_marks()
    {
        using var federation = new BlockFederation(Sparse(0.5, 0.02));
        federation.Run(1);
        var up = federation.Visits[0].Visit.Up;
        var marks = federation.Layout.Tensors.Sum(tensor => Math.Min((HostTensor.Count(tensor.Shape) + 7) / 8, 4 * up.Parts[tensor.Key].Marks.Count));
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe((2 * 4) + marks);
    }

    [Fact]
    [Checks(2)]
    public void Dense_messages_and_a_plain_server_are_uniform_averaging()
    {
        using var own = new BlockFederation(Sparse(1, 1) with { ServerStep = new ServerStep.Replace() });
        using var plain = new BlockFederation(Catalogue.FedIt with { Weighting = new Weighting.Uniform() });
        foreach (var (mine, theirs) in own.Run(3)[2].Model.Zip(plain.Run(3)[2].Model))
        {
            mine.Values.ShouldBe(theirs.Values, 1e-6);
        }
    }

    [Fact]
    [Checks(3)]
    public void Training_is_dense_unless_the_entries_that_were_not_sent_are_frozen()
    {
        var frozen = Sparse(0.5, 0.5) with { LocalProgram = Catalogue.Flasc.LocalProgram.WithEveryPhase(phase => phase with { Hooks = [new Hook.ReceivedEntries()] }) };
        Woken(Sparse(0.5, 0.5)).ShouldBe(Values / 2);
        Woken(frozen).ShouldBe(0);

        static int Woken(Method method)
        {
            using var federation = new BlockFederation(method, clients: 1, steps: 1);
            federation.Run(1);
            var visit = federation.Visits[0].Visit;
            return visit.Start.Sum(tensor => tensor.Values.Where((value, i) => value == 0 && visit.Trained[tensor.Key].Values[i] != 0).Count());
        }
    }

    [Fact]
    [Checks(4)]
    public void The_largest_are_chosen_over_all_tensors_together()
    {
        var set = Sets.Of(new HostTensor(Sets.Key("a"), [4], [1, -2, 3, -4]), new HostTensor(Sets.Key("b"), [4], [100, -200, 300, -400]));
        var parts = LargestEntries.Of(set, 0.5);
        parts[Sets.Key("a")].Marks.Count.ShouldBe(0);
        parts[Sets.Key("b")].Marks.Indices.ShouldBe([0, 1, 2, 3]);
        LargestEntries.Of(set, 0.25)[Sets.Key("b")].Marks.Indices.ShouldBe([2, 3], "by magnitude");
    }

    [Fact]
    public void Of_equal_entries_the_first_are_chosen()
    {
        var set = Sets.Of(new HostTensor(Sets.Key("a"), [3], [1, -1, 2]), new HostTensor(Sets.Key("b"), [3], [1, 1, 1]));
        var parts = LargestEntries.Of(set, 0.5);
        parts[Sets.Key("a")].Marks.Indices.ShouldBe([0, 1, 2]);
        parts[Sets.Key("b")].Marks.Count.ShouldBe(0);
    }

    [Fact]
    [Checks(5)]
    public void Differences_are_counted_from_the_sparse_start()
    {
        using var federation = new BlockFederation(Sparse(0.25, 1), gradient: (_, _, values) => new double[values.Length]);
        federation.Run(1);
        foreach (var (_, visit) in federation.Visits)
        {
            visit.Start.Zip(federation.Start).ShouldContain(pair => !pair.First.Values.SequenceEqual(pair.Second.Values));
            visit.Up.Section(MessageBody.Parameters).ShouldAllBe(tensor => tensor.Values.All(value => value == 0));
        }
    }

    [Fact]
    [Checks(6)]
    public void The_servers_moments_are_dense_and_go_on_from_round_to_round()
    {
        using var federation = new BlockFederation(Sparse(0.25, 0.25), clients: 1);
        var states = federation.Run(2);
        var (first, second) = (states[0].Body.Section("first_moment"), states[1].Body.Section("first_moment"));
        first.Elements.ShouldBe(Values);
        var sent = federation.Visits[1].Visit.Up.Section(MessageBody.Parameters);
        foreach (var tensor in second)
        {
            for (var i = 0; i < tensor.Values.Length; i++)
            {
                ((double)tensor.Values[i]).ShouldBe((0.9 * first[tensor.Key].Values[i]) - (0.1 * sent[tensor.Key].Values[i]), 1e-6);
            }
        }

        second.ShouldContain(tensor => tensor.Values.Where((value, i) => value != 0 && sent[tensor.Key].Values[i] == 0).Any(), "entries of the round before");
    }

    [Fact]
    public void The_sparse_model_is_what_is_used()
    {
        using var federation = new BlockFederation(Sparse(0.25, 0.25));
        var state = federation.Run(1)[0];
        var plan = new RunPlan("run", "config", Catalogue.Flasc, 1, ["c1"], TensorLayout.Of(state.Model), 1);
        var served = ServingRules.Values(plan, state, "c1", MessageBody.Empty);
        served.Sum(tensor => tensor.Values.Count(value => value != 0)).ShouldBe(Values / 4);
    }

    private static Method Sparse(double down, double up) => Catalogue.Flasc with { Codec = new Codec(new Encoding.Deltas(Selection: new Selection.Largest(up)), new Encoding.Values(Selection: new Selection.Largest(down))) };

    private static int Held(MessageBody body) =>
        body.Section(MessageBody.Parameters).Sum(tensor => body.Parts.TryGetValue(tensor.Key, out var part) ? part.Marks.Count : tensor.Values.Length);

    private static int NonZeros(MessageBody body) => body.Section(MessageBody.Parameters).Sum(tensor => tensor.Values.Count(value => value != 0));
}
