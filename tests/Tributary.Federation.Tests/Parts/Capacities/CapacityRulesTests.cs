using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Capacities;
using Tributary.Learning.Adaptation.Lora;

namespace Tributary.Federation.Tests.Parts.Capacities;

public sealed class CapacityRulesTests
{
    private static readonly string[] Clients = [.. Enumerable.Range(0, 1000).Select(i => $"{i:D4}")];
    private static readonly Dictionary<string, double> Nothing = [];
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
        CapacityRules.HoldingOf(method, "0007", ["0007"], 1, Nothing).ShouldBe(CapacityRules.HoldingOf(method, "0007", Clients, 1, Nothing));
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

    private static int? RankOf(Method method, string client) => CapacityRules.HoldingOf(method, client, Clients, 1, Nothing).Rank;

    private static string Reasons(Method method) => string.Join('\n', MethodRules.Refusals(method));
}
