using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Federation.Parts.Combination;
using Tributary.Federation.Parts.Weightings;
using Tributary.Federation.Rounds;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>Every edge round is passed up (κ₂ = 1 of the specification). Edges that go on for some rounds by themselves, and the cost of links between edges and the server, are not there.</summary>
public sealed class HierFavgTests
{
    private const int Clients = 7;

    [Fact]
    [Checks(5, Of = "hierfavg")]
    public void With_one_edge_it_is_averaging_to_the_bit() =>
        Run(new Combine.Edges(1)).Select(tensor => tensor.Values).ShouldBe(Run(new Combine.Factors()).Select(tensor => tensor.Values));

    [Theory]
    [Checks(5, Of = "hierfavg")]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void With_any_number_of_edges_it_is_averaging(int edges)
    {
        var (flat, levels) = (Run(new Combine.Factors()), Run(new Combine.Edges(edges)));
        foreach (var tensor in levels)
        {
            tensor.Values.ShouldBeNear([.. flat[tensor.Key].Values.Select(v => (double)v)]);
        }
    }

    [Fact]
    public void Clients_stay_with_their_edges_which_differ() =>
        Enumerable.Range(0, 100).Select(k => EdgeMean.EdgeOf($"c{k}", 4)).Distinct().Order().ShouldBe([0, 1, 2, 3]);

    [Fact]
    public void A_tensor_counts_for_the_edges_and_clients_that_sent_it()
    {
        var (first, second) = (Enumerable.Range(0, 100).Select(k => $"c{k}").First(c => EdgeMean.EdgeOf(c, 2) == 0), Enumerable.Range(0, 100).Select(k => $"c{k}").First(c => EdgeMean.EdgeOf(c, 2) == 1));
        var layout = TensorLayout.Of(Sets.Of(Sets.Vector("a", 0), Sets.Vector("b", 0)));
        var source = new MemoryUpdates(
            [Sets.Body(Sets.Of(Sets.Vector("a", 1), Sets.Vector("b", 2))), Sets.Body(Sets.Of(Sets.Vector("a", 4))), Sets.Body(Sets.Of(Sets.Vector("a", 7), Sets.Vector("b", 10)))], layout);
        var updates = new RoundUpdates(source, new Method(), layout) { Updates = [.. new[] { first, first + "'", second }.Select(client => new Update(0, "train", client, new Dictionary<string, double>(), default))] };
        var joined = CombineRules.Join(new Combine.Edges(2), updates, new UpdateWeights((k, _) => k + 1), ParameterSet.Empty, isDelta: false).Model;
        joined.Values("a").ShouldBeNear([(1 + (2 * 4) + (3 * 7)) / 6.0]);
        joined.Values("b").ShouldBeNear([(2 + (3 * 10)) / 4.0]);
    }

    [Fact]
    public void Rules_that_are_not_linear_are_refused_with_the_reason()
    {
        Reasons(new Combine.Edges(2, new Combine.Median())).ShouldContain(reason => reason.Contains("sorts must see every update"));
        Reasons(new Combine.Edges(2, new Combine.Product())).ShouldContain(reason => reason.Contains("factors of every update"));
        Reasons(new Combine.Edges(2, new Combine.Factors(Normaliser.All))).ShouldContain(reason => reason.Contains("all clients sent"));
        Reasons(new Combine.Edges(0)).ShouldContain(reason => reason.Contains("count"));
        MethodRules.Refusals(Catalogue.HierFavg with { Capacity = new Capacity.Ranks() }).ShouldContain(reason => reason.Contains("whole tensors"));
        MethodRules.Refusals(Catalogue.FedExLora with { Combine = new Combine.Edges() }).ShouldContain(reason => reason.Contains("residual_to_base"));
    }

    private static IReadOnlyList<string> Reasons(Combine combine) => MethodRules.Refusals(Catalogue.HierFavg with { Combine = combine });

    private static ParameterSet Run(Combine combine)
    {
        using var federation = new LoraFederation(Catalogue.HierFavg with { Combine = combine }, Clients);
        return federation.Run(3)[^1].Model;
    }
}
