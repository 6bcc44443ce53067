using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>The knapsack itself is held to its cases in KnapsackTests.</summary>
[Specification(5, "fed-pilot")]
public sealed class FedPilotTests
{
    // Costs of the four blocks are 4, 3, 2 and 1, of which a client may have half.
    private static readonly Method Half = Catalogue.FedPilot with { Capacity = new Capacity.Knapsack([0.5], Mix: 1), ServerStep = new ServerStep.Balanced(Power: 0) };

    [Fact]
    [Checks(2)]
    public void Uploads_hold_the_chosen_blocks_and_the_others_stay_as_they_were()
    {
        using var federation = new BlockFederation(Half, optimizer: new Tributary.Learning.Optimization.OptimizerSpec.AdamW(0.1, WeightDecay: 0.5));
        federation.Run(2);
        foreach (var (_, visit) in federation.Visits)
        {
            var chosen = ChosenBy(visit);
            chosen.Sum(block => 4 - block).ShouldBeInRange(1, 5, "within the budget");
            foreach (var tensor in visit.Trained)
            {
                var sent = visit.Up.Section(MessageBody.Parameters).TryGet(tensor.Key, out _);
                sent.ShouldBe(tensor.Key.Layer < 0 || chosen.Contains(tensor.Key.Layer));
                tensor.Values.SequenceEqual(visit.Start[tensor.Key].Values).ShouldBe(!sent);
            }

            visit.Down.Section(MessageBody.Parameters).Count.ShouldBe(federation.Start.Count, "the forward pass needs all");
        }
    }

    [Fact]
    public void The_blocks_of_the_largest_gradients_are_chosen()
    {
        // Block 1 has all of the gradient of client 1, block 3 that of client 2.
        using var federation = new BlockFederation(Half, clients: 2, gradient: (client, layout, values) => OnBlock(client == 1 ? 1 : 3, layout));
        federation.Run(1);
        ChosenBy(federation.Visits[0].Visit).ShouldContain(1);
        ChosenBy(federation.Visits[1].Visit).ShouldContain(3);
        federation.Visits[0].Visit.Up.Section(MessageBody.Scores)[0].Values.ShouldBe([0f, 1, 0, 0]);
    }

    [Fact]
    public void What_others_found_worth_training_counts_too()
    {
        var method = Half with { Capacity = new Capacity.Knapsack([0.3], Mix: 0.1), Cohort = new Cohort.Uniform(Count: 1) };
        using var federation = new BlockFederation(method, clients: 2, gradient: (client, layout, values) => OnBlock(client == 1 ? 1 : 3, layout));
        federation.Run(8);
        var visits = federation.Visits.Select(v => v.Visit).ToArray();
        var first = visits[0];
        var other = visits.First(visit => visit.Client != first.Client);
        ChosenBy(other).ShouldBe(ChosenBy(first), "nine tenths are the server's mean, which so far is the other client's");
        other.Down.Section(MessageBody.Scores)[0].Values.ShouldBe(first.Up.Section(MessageBody.Scores)[0].Values);
    }

    [Fact]
    [Checks(3)]
    public void A_block_of_one_client_moves_by_its_whole_difference()
    {
        using var federation = new BlockFederation(Half, clients: 2, gradient: (client, layout, values) => OnBlock(client == 1 ? 1 : 3, layout));
        var model = federation.Run(1)[0].Model;
        var holder = federation.Visits.Single(v => v.Visit.Client == "c1").Visit;
        foreach (var tensor in model.Where(tensor => tensor.Key.Layer == 1 && !ChosenBy(federation.Visits[1].Visit).Contains(1)))
        {
            tensor.Values.ShouldBe(holder.Trained[tensor.Key].Values, 1e-6);
        }

        ChosenBy(federation.Visits[1].Visit).ShouldNotContain(1);
    }

    [Fact]
    [Checks(4)]
    public void With_a_budget_for_all_it_is_FedIT()
    {
        using var own = new BlockFederation(Catalogue.FedPilot with { Capacity = new Capacity.Knapsack([1]) });
        using var plain = new BlockFederation(Catalogue.FedIt);
        foreach (var (mine, theirs) in own.Run(3)[2].Model.Zip(plain.Run(3)[2].Model))
        {
            mine.Values.ShouldBe(theirs.Values, 2e-6);
        }
    }

    [Fact]
    [Checks(5)]
    public void A_block_that_is_never_chosen_keeps_its_first_values()
    {
        using var federation = new BlockFederation(Catalogue.FedPilot with { Capacity = new Capacity.Knapsack([0.2]) });
        var states = federation.Run(5);
        federation.Visits.ShouldAllBe(v => !ChosenBy(v.Visit).Contains(0), "it costs 4 of 10");
        foreach (var tensor in states[4].Model.Where(tensor => tensor.Key.Layer == 0))
        {
            tensor.Values.ShouldBe(federation.Start[tensor.Key].Values);
        }
    }

    [Fact]
    public void Blocks_with_few_updates_move_further_up_to_the_bound()
    {
        // Three clients train block 3, one of them block 1 as well: the head and block 3 have three updates, block 1 one, the others none.
        var method = Catalogue.FedPilot with { Capacity = new Capacity.Knapsack([0.4, 0.1, 0.1], Mix: 1), ServerStep = new ServerStep.Balanced(Power: 1, Most: 1.3) };
        using var federation = new BlockFederation(method, gradient: (client, layout, values) => [.. OnBlock(3, layout).Zip(OnBlock(1, layout), (a, b) => client == 1 ? a + (2 * b) : a)]);
        var model = federation.Run(1)[0].Model;
        var holder = federation.Visits.Single(v => v.Visit.Client == "c1").Visit;
        ChosenBy(holder).ShouldBe([1, 3]);
        foreach (var tensor in model.Where(tensor => tensor.Key.Layer is 1 or 3))
        {
            var start = federation.Start[tensor.Key].Values;
            var gain = tensor.Key.Layer == 1 ? (4 * 1 + 4 * 3 + 3) / 17.0 : 1;
            gain = tensor.Key.Layer == 1 ? Math.Clamp(gain, 1, 1.3) : gain;
            for (var i = 0; i < start.Length; i++)
            {
                (tensor.Values[i] - (double)start[i]).ShouldBe(gain * (holder.Trained[tensor.Key].Values[i] - (double)start[i]), 1e-5);
            }
        }
    }

    private static double[] OnBlock(int block, ParameterSet layout) => [.. layout.SelectMany(tensor => tensor.Values.Select(_ => tensor.Key.Layer == block ? 1.0 : 0))];

    private static HashSet<int> ChosenBy(Visit visit) => [.. visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Where(layer => layer >= 0)];
}
