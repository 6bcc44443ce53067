using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Optimization;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The trace of the specification itself is in <see cref="Clients.LocalProgramRunnerTests"/> for the client and in ServerRulesTests for the server.</summary>
[Specification(6, "scaffold")]
public sealed class ScaffoldTests
{
    [Fact]
    [Checks(2)]
    public void The_first_round_is_that_of_FedIT()
    {
        using var own = new BlockFederation(Catalogue.Scaffold, optimizer: new OptimizerSpec.AdamW(0.1));
        using var plain = new BlockFederation(Catalogue.FedIt, optimizer: new OptimizerSpec.AdamW(0.1));
        own.Run(1)[0].Model.Zip(plain.Run(1)[0].Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
    }

    [Fact]
    [Checks(3)]
    public void Of_constant_gradients_each_becomes_its_clients_variate_their_mean_the_servers_and_directions_are_equal_from_then_on()
    {
        using var federation = new BlockFederation(Catalogue.Scaffold, gradient: (client, _, values) => [.. values.Select((_, i) => Gradient(client, i))]);
        var states = federation.Run(2);
        foreach (var client in (int[])[1, 2, 3])
        {
            ShouldBe(federation.States.Load($"c{client}").Section(MessageBody.Control), i => Gradient(client, i));
        }

        ShouldBe(states[0].Body.Section(MessageBody.Control), i => (Gradient(1, i) + Gradient(2, i) + Gradient(3, i)) / 3);
        var second = federation.Visits.Where(v => v.Visit.Version == 1).Select(v => v.Visit.Trained).ToArray();
        foreach (var other in second)
        {
            ShouldBe(other, i => Flat(second[0])[i]);
        }
    }

    [Fact]
    [Checks(4)]
    public void Steps_are_those_really_taken_at_the_rates_of_their_round()
    {
        // Clients with 1, 2 and 3 samples go through them once in batches of 2, while the rate falls from round to round.
        using var federation = new BlockFederation(
            Catalogue.Scaffold with
            {
                LocalProgram = Catalogue.Scaffold.LocalProgram.WithEveryPhase(phase => phase with { BatchSize = 2, LearningRateSchedule = new LearningRateSchedule.Cosine(), LearningRateSpan = LearningRateSpan.Rounds }),
            },
            steps: null,
            gradient: (client, _, values) => [.. values.Select((_, i) => Gradient(client, i))]);
        for (var round = 1; round <= 3; round++)
        {
            federation.Run(round);
            foreach (var client in (int[])[1, 2, 3])
            {
                ShouldBe(federation.States.Load($"c{client}").Section(MessageBody.Control), i => Gradient(client, i));
            }
        }

        federation.Visits.Select(v => v.Visit.Up.Numbers["steps"]).Distinct().Order().ShouldBe([1, 2]);
    }

    [Fact]
    [Checks(5)]
    public void With_an_adaptive_optimizer_a_variate_is_a_mean_direction_and_no_gradient()
    {
        using var federation = new BlockFederation(
            Catalogue.Scaffold, clients: 1, optimizer: new OptimizerSpec.AdamW(0.01, WeightDecay: 0), gradient: (_, _, values) => [.. values.Select(_ => 7.0)]);
        federation.Run(1);
        ShouldBe(federation.States.Load("c1").Section(MessageBody.Control), _ => 1);
    }

    [Fact]
    [Checks(6)]
    public void Who_does_not_take_part_keeps_its_variate()
    {
        using var federation = new BlockFederation(Catalogue.Scaffold with { Cohort = new Cohort.Uniform(Count: 1) });
        var before = new Dictionary<string, float[]>();
        for (var round = 1; round <= 6; round++)
        {
            federation.Run(round);
            var asked = federation.Visits[^1].Visit.Client;
            foreach (var client in (string[])["c1", "c2", "c3"])
            {
                var now = Flat(federation.States.Load(client).Section(MessageBody.Control));
                if (client != asked && before.TryGetValue(client, out var then))
                {
                    now.ShouldBe(then);
                }

                before[client] = now;
            }
        }

        federation.Visits.Select(v => v.Visit.Client).Distinct().Count().ShouldBeGreaterThan(1);
    }

    private static double Gradient(int client, int element) => Math.Sin((0.7 * element) + client);

    private static float[] Flat(ParameterSet set) => [.. set.SelectMany(tensor => tensor.Values)];

    private static void ShouldBe(ParameterSet set, Func<int, double> expected)
    {
        var values = Flat(set);
        values.Length.ShouldBeGreaterThan(0);
        for (var i = 0; i < values.Length; i++)
        {
            ((double)values[i]).ShouldBe(expected(i), 1e-5);
        }
    }
}
