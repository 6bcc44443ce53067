using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Parts.Capacities;

public sealed class CapacityRulesTests
{
    private static readonly string[] Clients = [.. Enumerable.Range(0, 1000).Select(i => $"{i:D4}")];
    private static readonly MessageBody Nothing = MessageBody.Empty;

    // Two factors in each of four blocks and a head.
    private static readonly TensorLayout Layout = new([
        .. Enumerable.Range(0, 4).SelectMany(block => new[] { "lora_A", "lora_B" }.Select(role => (Key(block, role, $"base_model.model.h.{block}.q.{role}.weight"), new[] { 8, 8 }))),
        (Key(-1, "head", "score.weight"), [2, 8])]);

    private static readonly Method Method = Catalogue.Rbla with { Adaptation = new LoraConfig(8, 16) };

    [Fact]
    public void Ranks_are_dealt_in_id_order_a_half_a_quarter_and_an_eighth_by_default() =>
        Enumerable.Range(0, 6).Select(i => RankOf(Method, Clients[i])).ShouldBe([null, 4, 2, 1, null, 4]);

    [Fact]
    public void A_client_named_has_its_own_rank()
    {
        var method = Method with { Capacity = new Capacity.Ranks([8, 4], ByClient: new Dictionary<string, int> { ["0002"] = 3 }) };
        Enumerable.Range(0, 4).Select(i => RankOf(method, Clients[i])).ShouldBe([null, 4, 3, 4]);
    }

    [Fact]
    public void Drawn_ranks_are_as_frequent_as_their_shares_and_stay_with_the_client()
    {
        var method = Method with { Capacity = new Capacity.Ranks([4, 2], [3, 1]) };
        Clients.Count(client => RankOf(method, client) == 4).ShouldBeInRange(690, 810);
        Clients.Select(client => RankOf(method, client)).ShouldBe(Clients.Select(client => RankOf(method, client)));
        CapacityRules.HoldingOf(method, "0007", ["0007"], 1, Nothing, 0, Clients, Layout).ShouldBe(CapacityRules.HoldingOf(method, "0007", Clients, 1, Nothing, 0, Clients, Layout));
    }

    [Theory]
    [InlineData(RankScale.Common, 2)]
    [InlineData(RankScale.ByRank, 8)]
    public void A_smaller_adapter_has_the_common_scale_or_that_of_its_rank(RankScale scale, double expected)
    {
        var small = (LoraConfig)CapacityRules.Adaptation(Method with { Capacity = new Capacity.Ranks([2], Scale: scale) }, new Holding(2));
        small.Rank.ShouldBe(2);
        ((double)small.Scale(small.Rank, small.Alpha)).ShouldBe(expected);
    }

    [Fact]
    public void Blocks_are_drawn_anew_in_every_round_as_many_as_a_client_can_hold()
    {
        var method = Catalogue.FedIt with { Adaptation = new LoraConfig(8), Capacity = new Capacity.Blocks([3, 1, 9]) };
        for (var i = 0; i < 6; i++)
        {
            var sets = Enumerable.Range(0, 20).Select(version => HoldingOf(method, Clients[i], version).Tensors!).ToArray();
            var size = (2 * Math.Min(4, new[] { 3, 1, 9 }[i % 3])) + 1;
            sets.ShouldAllBe(set => set.Count == size && set.Contains("score.weight"));
            sets.ShouldAllBe(set => set.Count(name => name.Contains("lora_A")) == set.Count(name => name.Contains("lora_B")));
            sets.Select(set => string.Join(' ', set)).Distinct().Count().ShouldBeInRange(i % 3 == 2 ? 1 : 2, i % 3 == 2 ? 1 : 4);
            HoldingOf(method, Clients[i], 7).Tensors.ShouldBe(sets[7]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Units_are_dealt_over_the_cohort_and_factors_stay_together(int clients)
    {
        var method = Catalogue.FedIt with { Adaptation = new LoraConfig(8), Capacity = new Capacity.Units() };
        var cohort = Clients[..clients];
        var shares = cohort.Select(client => HoldingOf(method, client, cohort: cohort).Tensors!).ToArray();
        shares.SelectMany(share => share).Distinct().Order().ShouldBe(Layout.Tensors.Select(tensor => tensor.Key.WireName).Order());
        shares.SelectMany(share => share).Count(name => name != "score.weight").ShouldBe(8, "nothing is dealt twice");
        shares.ShouldAllBe(share => share.Contains("score.weight"));
        shares.ShouldAllBe(share => share.Where(name => name.Contains("lora_A")).All(name => share.Contains(name.Replace("lora_A", "lora_B"))));
    }

    [Fact]
    public void Ranks_that_cannot_hold_are_refused_with_the_reason()
    {
        Reasons(Method with { Dispatch = new Dispatch.Broadcast() }).ShouldContain("dispatch: slice");
        Reasons(Method with { Capacity = new Capacity.Ranks([9]) }).ShouldContain("from 1 to the adaptation's 8");
        Reasons(Method with { Capacity = new Capacity.Ranks([4, 0]) }).ShouldContain("from 1 to the adaptation's 8");
        Reasons(Method with { Capacity = new Capacity.Ranks([4], [1, 2]) }).ShouldContain("shares");
        Reasons(Method with { Capacity = new Capacity.Ranks([4], Scale: RankScale.ByRank) }).ShouldContain("scale: common");
        Reasons(Method with { Adaptation = new Tributary.Learning.Adaptation.BitFit.BitFitConfig() }).ShouldContain("adaptation: lora");
        MethodRules.Refusals(Method).ShouldBeEmpty();
    }

    private static int? RankOf(Method method, string client) => HoldingOf(method, client).Rank;

    private static Holding HoldingOf(Method method, string client, int version = 0, string[]? cohort = null) =>
        CapacityRules.HoldingOf(method, client, Clients, 1, Nothing, version, cohort ?? Clients, Layout);

    private static TensorKey Key(int block, string role, string name) => new(TensorKey.MainModel, TensorKey.DefaultAdapter, block, role, name);

    private static string Reasons(Method method) => string.Join('\n', MethodRules.Refusals(method));
}
