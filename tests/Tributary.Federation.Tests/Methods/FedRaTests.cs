using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

[Specification(5, "fedra")]
public sealed class FedRaTests
{
    private static readonly Method OfBlocks = Catalogue.FedRa with { Capacity = new Capacity.Blocks([3, 2, 1], Shallow: true) };

    [Fact]
    [Checks(1)]
    public void Every_round_draws_as_many_blocks_as_a_client_holds_and_a_seed_draws_the_same()
    {
        using var federation = new BlockFederation(OfBlocks);
        using var again = new BlockFederation(OfBlocks);
        federation.Run(6);
        again.Run(6);
        foreach (var (order, visit) in federation.Visits)
        {
            BlocksOf(visit.Up).Count.ShouldBe(visit.Client switch { "c1" => 3, "c2" => 2, _ => 1 });
            order.Holding.LeftOut.ShouldBe(Enumerable.Range(0, BlockFederation.Blocks).Except(BlocksOf(visit.Up)), "the client's model has no others");
        }

        foreach (var client in (string[])["c1", "c2", "c3"])
        {
            federation.Visits.Where(v => v.Visit.Client == client).Select(v => string.Join(',', BlocksOf(v.Visit.Up))).Distinct().Count().ShouldBeGreaterThan(1);
        }

        federation.Visits.Select(v => string.Join(',', BlocksOf(v.Visit.Up))).ShouldBe(again.Visits.Select(v => string.Join(',', BlocksOf(v.Visit.Up))));
    }

    [Fact]
    [Checks(2)]
    public void Without_training_the_global_model_comes_back_unchanged()
    {
        using var federation = new BlockFederation(OfBlocks, gradient: (_, _, values) => new double[values.Length]);
        foreach (var state in federation.Run(4))
        {
            state.Model.Zip(federation.Start).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
        }
    }

    [Fact]
    [Checks(3)]
    public void A_block_of_one_holder_is_copied_that_of_none_stays_and_that_of_several_is_their_plain_mean()
    {
        using var federation = new BlockFederation(Catalogue.FedRa with { Capacity = new Capacity.Blocks([1], Shallow: true) }, clients: 3);
        var before = federation.Start;
        var holders = new HashSet<int>();
        foreach (var (state, version) in federation.Run(5).Select((state, version) => (state, version)))
        {
            var visits = federation.Visits.Where(v => v.Visit.Version == version).Select(v => v.Visit).ToArray();
            foreach (var tensor in before)
            {
                var sent = visits.Where(visit => visit.Up.Section(MessageBody.Parameters).TryGet(tensor.Key, out _)).Select(visit => visit.Trained[tensor.Key].Values).ToArray();
                holders.Add(sent.Length);
                var expected = sent.Length == 0 ? tensor.Values : [.. tensor.Values.Select((_, i) => (float)sent.Average(values => (double)values[i]))];
                state.Model[tensor.Key].Values.ShouldBe(expected);
            }

            before = state.Model;
        }

        holders.ShouldBe([0, 1, 2, 3], ignoreOrder: true);
    }

    [Fact]
    [Checks(4)]
    public void With_all_blocks_everywhere_it_is_FedIT_with_uniform_weights()
    {
        using var own = new BlockFederation(Catalogue.FedRa with { Capacity = new Capacity.Blocks([BlockFederation.Blocks], Shallow: true) });
        using var plain = new BlockFederation(Catalogue.FedIt with { Weighting = new Weighting.Uniform(), LocalProgram = Catalogue.FedRa.LocalProgram });
        own.Run(3)[2].Model.Zip(plain.Run(3)[2].Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
        own.Ledger.Total.ShouldBe(plain.Ledger.Total);
    }

    [Fact]
    [Checks(5)]
    public void A_client_is_sent_and_sends_its_blocks_and_the_head_alone()
    {
        using var federation = new BlockFederation(OfBlocks);
        federation.Run(3);
        foreach (var (_, visit) in federation.Visits)
        {
            BlocksOf(visit.Down).ShouldBe(BlocksOf(visit.Up));
            visit.Up.Section(MessageBody.Parameters).Count(tensor => tensor.Key.Role == "head").ShouldBe(1);
        }

        const int PerBlock = 2 * (3 + 5 + 5 + 3), Head = 6;
        foreach (var (client, blocks) in ((string, int)[])[("c1", 3), ("c2", 2), ("c3", 1)])
        {
            federation.Ledger.Clients[client].Down.ValueBytes.ShouldBe(3 * 4 * ((blocks * PerBlock) + Head));
            federation.Ledger.Clients[client].Up.ValueBytes.ShouldBe(3 * 4 * ((blocks * PerBlock) + Head));
        }
    }

    private static HashSet<int> BlocksOf(MessageBody body) => [.. body.Section(MessageBody.Parameters).Select(tensor => tensor.Key.Layer).Where(layer => layer >= 0)];
}
