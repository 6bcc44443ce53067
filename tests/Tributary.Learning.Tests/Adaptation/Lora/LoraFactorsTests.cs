using System.Text.Json;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Learning.Tests.Adaptation.Lora;

public sealed class LoraFactorsTests
{
    private static readonly LoraFactors First = new(Matrix([1, 2]), Matrix([1], [0]), 1);

    [Fact]
    public void Averaging_factors_differs_from_averaging_products_by_their_covariance()
    {
        // Fixture F1 of the method specifications.
        var second = new LoraFactors(Matrix([3, 4]), Matrix([0], [1]), 1);
        LoraFactors.ZeroPaddedMean([First, second], [0.5, 0.5]).Product().Values.ShouldBe([1, 1.5, 1, 1.5], 1e-12);
        LoraFactors.WeightedProduct([First, second], [0.5, 0.5]).Values.ShouldBe([0.5, 1, 1.5, 2], 1e-12);
    }

    [Fact]
    public void Unequal_ranks_follow_fixture_F2()
    {
        var second = new LoraFactors(Matrix([3, 4], [5, 6]), Matrix([0, 1], [1, 0]), 1);
        var padded = LoraFactors.ZeroPaddedMean([First, second], [0.25, 0.75]);
        padded.A.Values.ShouldBe([2.5, 3.5, 3.75, 4.5], 1e-12);
        padded.B.Values.ShouldBe([0.25, 0.75, 0.75, 0], 1e-12);
        LoraFactors.Stack([First, second], [0.25, 0.75]).Product().Values.ShouldBe([4, 5, 2.25, 3], 1e-12);
        var product = LoraFactors.WeightedProduct([First, second], [0.25, 0.75]);
        LoraFactors.Factor(product, 1, 2).Product().Values.ShouldBe([3.959865, 5.031587, 2.318547, 2.946053], 1e-5);
        LoraFactors.Factor(product, 3, 2).Product().Values.ShouldBe([4, 5, 2.25, 3], 1e-12);
    }

    [SharedDataFact]
    public void Joined_updates_follow_the_reference()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("golden", "math", "lora_aggregation.json")));
        var root = document.RootElement;
        var alpha = root.GetProperty("alpha").GetDouble();
        double[] weights = [.. root.GetProperty("weights").EnumerateArray().Select(w => w.GetDouble())];
        LoraFactors[] clients = [.. root.GetProperty("clients").EnumerateArray()
            .Select(c => new LoraFactors(Read(c.GetProperty("A")), Read(c.GetProperty("B")), alpha / c.GetProperty("r").GetInt32()))];
        var product = LoraFactors.WeightedProduct(clients, weights);
        product.Values.ShouldBe(Read(root.GetProperty("flexlora").GetProperty("full_weighted_sum")).Values, 1e-9);
        LoraFactors.Stack(clients, weights).Product().Values.ShouldBe(product.Values, 1e-9);
        LoraFactors.Stack(clients, weights).A.Values.ShouldBe(Read(root.GetProperty("stacking").GetProperty("A")).Values, 1e-9);
        foreach (var sent in root.GetProperty("flexlora").GetProperty("redistributed").EnumerateArray())
        {
            var rank = sent.GetProperty("r").GetInt32();
            LoraFactors.Factor(product, rank, alpha / rank).Product().Values.ShouldBe(Read(sent.GetProperty("rank_r_product")).Values, 1e-9);
        }

        var padded = LoraFactors.ZeroPaddedMean(clients, weights);
        padded.A.Values.ShouldBe(Read(root.GetProperty("zero_padding_heterogeneous").GetProperty("A")).Values, 1e-9);
        padded.B.Values.ShouldBe(Read(root.GetProperty("zero_padding_heterogeneous").GetProperty("B")).Values, 1e-9);
    }

    private static HostMatrix Matrix(params double[][] rows) => new(rows.Length, rows[0].Length, [.. rows.SelectMany(row => row)]);

    private static HostMatrix Read(JsonElement rows) => Matrix([.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray())]);
}
