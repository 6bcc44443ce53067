using Tributary.Federation.Messages;
using Tributary.Federation.Methods;
using Tributary.Federation.Parts;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Data.Tokenized;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Federation.Tests.Methods;

/// <summary>
/// That more budget is never worth less is held in KnapsackTests; that base, adapters, gradients and moments stay within each client's memory, and that bases kept in different
/// numbers of bits go together in a run, in the simulation's BaseChoiceTests.
/// </summary>
[Specification(5, "fedpipe")]
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
    [Checks(1)]
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
    [Checks(2)]
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
    [Checks(4)]
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
    [Checks(5)]
    public void With_all_matrices_everywhere_it_is_FedIT()
    {
        using var own = new BlockFederation(With(1));
        using var plain = new BlockFederation(Catalogue.FedIt);
        own.Run(2)[1].Model.Zip(plain.Run(2)[1].Model).ShouldAllBe(pair => pair.First.Values.SequenceEqual(pair.Second.Values));
    }

    [Fact]
    [Checks(3)]
    public void A_quantised_base_is_within_half_a_step_and_never_moves_while_factors_are_trained_in_single_precision()
    {
        TokenizedDataset[] data = [ModelFederation.Texts(1, 3), ModelFederation.Texts(2, 5)];
        using var federation = new ModelFederation(With(1), data, storage: StorageType.Int8);
        var before = federation.BaseOutputs();
        foreach (var site in ((LoraAdapter)new LoraConfig().Resolve(federation.Model)[0]).Sites)
        {
            // A block's step is its largest number over 127, at most that of the matrix.
            var (original, stored) = (site.Module.Weight.ReadValues(), Stored(federation.Model.Backend, site.Module.Weight));
            var half = original.Max(Math.Abs) / 127 / 2;
            stored.Zip(original).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1.001f * half);
            stored.ShouldNotBe(original);
        }

        var model = federation.Run(2)[1].Model;
        federation.BaseOutputs().ShouldBe(before);
        model.ShouldAllBe(tensor => tensor.Values.Any(value => BFloat16.Round(value) != value));
        var units = federation.Layout.Tensors.Count(tensor => tensor.Key.Role == "lora_A");
        federation.Ledger.Clients["c1"].Up.ValueBytes.ShouldBe(2 * 4 * (federation.Start.Elements + units), "four bytes for each value and each score");
    }

    // The weight of an identity's rows: [outputs, inputs].
    private static float[] Stored(IBackend backend, BaseTensor weight)
    {
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        using var identity = backend.Allocate(inputs * inputs);
        using var product = backend.Allocate(inputs * outputs);
        backend.Upload([.. Enumerable.Range(0, inputs * inputs).Select(i => i % (inputs + 1) == 0 ? 1f : 0)], identity.AsMatrix(inputs, inputs));
        backend.Multiply(identity.AsMatrix(inputs, inputs), weight.Packed, default, product.AsMatrix(inputs, outputs));
        var values = new float[inputs * outputs];
        backend.Read(product.AsMatrix(inputs, outputs), values);
        return [.. Enumerable.Range(0, outputs * inputs).Select(i => values[(i % inputs * outputs) + (i / inputs)])];
    }

    private static Method With(double budget) => Catalogue.FedPipe with { Capacity = new Capacity.Knapsack([budget], UnitKind.Module, UnitCost.Values, Mix: 1) };

    private static IReadOnlyList<TensorKey> Adapted(Visit visit) => [.. visit.Up.Section(MessageBody.Parameters).Select(tensor => tensor.Key).Where(key => key.Layer >= 0)];
}
