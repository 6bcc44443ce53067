using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Tensors;

namespace Tributary.Federation.Tests.Methods;

/// <summary>That more budget is never worth less is held in KnapsackTests, that the stored base lies within half a step of the original in BlockFormatTests; bits are the machine's setting.</summary>
public sealed class FedPipeTests
{
    // Eight matrices with 16 values in their factors each.
    private const int Matrix = 16, Matrices = 2 * BlockFederation.Blocks;

    [Theory]
    [InlineData(1, Matrices)]
    [InlineData(0.5, 4)]
    [InlineData(0.3, 2)]
    [InlineData(0.1, 0)]
    [InlineData(0, 0)]
    public void What_a_client_adapts_never_takes_more_than_its_budget(double budget, int chosen)
    {
        using var federation = new BlockFederation(With(budget));
        federation.Run(2);
        foreach (var (_, visit) in federation.Visits)
        {
            // Values, gradient and two moments of AdamW, each of four bytes.
            var adapted = Adapted(visit).Sum(key => (long)HostTensor.Count(visit.Start[key].Shape));
            (4 * 4 * adapted).ShouldBeLessThanOrEqualTo((long)(budget * 4 * 4 * Matrix * Matrices));
            adapted.ShouldBe(chosen * Matrix);
        }
    }

    [Fact]
    public void A_client_without_a_budget_sends_no_factors_and_changes_none()
    {
        using var federation = new BlockFederation(With(0));
        var model = federation.Run(1)[0].Model;
        foreach (var tensor in model.Where(tensor => tensor.Key.Layer >= 0))
        {
            tensor.Values.ShouldBe(federation.Start[tensor.Key].Values);
            federation.Visits.ShouldAllBe(v => v.Visit.Trained[tensor.Key].Values.SequenceEqual(v.Visit.Start[tensor.Key].Values));
        }
    }

    [Fact]
    public void A_matrix_of_one_client_comes_back_unchanged()
    {
        // Client 1 has its gradient in fc2 of block 0, client 2 in q of block 2.
        using var federation = new BlockFederation(With(0.125), clients: 2, gradient: (client, layout, _) =>
            [.. layout.SelectMany(tensor => tensor.Values.Select(_ => tensor.Key.Name.Contains(client == 1 ? "h.0.fc2" : "h.2.q", StringComparison.Ordinal) ? 1.0 : 0))]);
        var model = federation.Run(1)[0].Model;
        foreach (var (_, visit) in federation.Visits)
        {
            Adapted(visit).Count.ShouldBe(2, "both factors");
            foreach (var key in Adapted(visit))
            {
                model[key].Values.ShouldBe(visit.Trained[key].Values);
                model[key].Values.ShouldNotBe(federation.Start[key].Values);
            }
        }
    }

    [Fact]
    public void With_all_matrices_everywhere_it_is_FedIT()
    {
        using var own = new BlockFederation(With(1));
        using var plain = new BlockFederation(Catalogue.FedIt);
        own.Run(2)[1].Model.Zip(plain.Run(2)[1].Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
    }

    [Fact]
    public void Quantised_bases_leave_what_is_trained_in_single_precision()
    {
        using var federation = new BlockFederation(With(1));
        federation.Run(1);
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(4 * (federation.Start.Elements + Matrices), "four bytes for each value and each score, whatever the base is kept in");
    }

    private static Method With(double budget) => Catalogue.FedPipe with { Capacity = new Capacity.Knapsack([budget], UnitKind.Module, UnitCost.Values, Mix: 1) };

    private static IReadOnlyList<TensorKey> Adapted(Visit visit) => [.. visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key).Where(key => key.Layer >= 0)];
}
