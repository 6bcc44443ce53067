using System.Text.Json;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Numerics.LinearAlgebra;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>Joining low-rank updates of several clients: as products with a truncated decomposition, stacked, padded with zeros, and factor by factor.</summary>
internal sealed class LoraAggregationFixture : IFixtureKind
{
    private const double Relative = 1e-10;

    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(path, "alpha", "weights", "clients", "flexlora", "stacking");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var alpha = root.GetProperty("alpha").GetDouble();
        var weights = root.GetProperty("weights").Numbers();
        var clients = Clients(root.GetProperty("clients"), rank => alpha / rank);
        FlexLora(root.GetProperty("flexlora"), clients, weights, alpha, report);

        if (root.Find("zero_padding_heterogeneous") is { } padding)
        {
            var padded = LoraFactors.ZeroPaddedMean(clients, weights);
            Compare("zero_padding.A", padding.GetProperty("A"), padded.A, report);
            Compare("zero_padding.B", padding.GetProperty("B"), padded.B, report);
        }

        var stacking = root.GetProperty("stacking");
        var stacked = LoraFactors.Stack(clients, weights);
        Compare("stacking.A", stacking.GetProperty("A"), stacked.A, report);
        Compare("stacking.B", stacking.GetProperty("B"), stacked.B, report);
        Compare("stacking.product", stacking.GetProperty("product"), stacked.Product(), report);

        if (root.Find("factor_average_same_rank") is { } average)
        {
            FactorAverage(average, weights, report);
        }
    }

    private static void FlexLora(JsonElement expected, LoraFactors[] clients, double[] weights, double alpha, FixtureReport report)
    {
        var sum = LoraFactors.WeightedProduct(clients, weights);
        Compare("flexlora.full_weighted_sum", expected.GetProperty("full_weighted_sum"), sum, report);
        report.CompareRelative("flexlora.singular_values", expected.GetProperty("singular_values").Numbers(), JacobiSvd.Of(sum).S, Relative);
        foreach (var part in expected.GetProperty("redistributed").EnumerateArray())
        {
            var rank = part.GetProperty("r").GetInt32();
            var product = LoraFactors.Factor(sum, rank, alpha / rank).Product();
            Compare($"flexlora.rank_{rank}_product", part.GetProperty("rank_r_product"), product, report);
            var error = Math.Sqrt(sum.Values.Zip(product.Values, (s, p) => (s - p) * (s - p)).Sum());
            report.CompareRelative($"flexlora.rank_{rank} error", [part.GetProperty("frobenius_error").GetDouble()], [error], Relative);
        }

        var plain = LoraFactors.WeightedProduct([.. clients.Select(c => c with { Scale = 1 })], weights);
        Compare("flexlora.unscaled_weighted_sum_BA", expected.GetProperty("unscaled_weighted_sum_BA"), plain, report);
        report.CompareRelative("flexlora.unscaled_singular_values", expected.GetProperty("unscaled_singular_values").Numbers(), JacobiSvd.Of(plain).S, Relative);
    }

    private static void FactorAverage(JsonElement expected, double[] weights, FixtureReport report)
    {
        var clients = Clients(expected.GetProperty("clients"), _ => 1);
        var mean = LoraFactors.ZeroPaddedMean(clients, weights);
        Compare("factor_average.A", expected.GetProperty("A"), mean.A, report);
        Compare("factor_average.B", expected.GetProperty("B"), mean.B, report);
        Compare("factor_average.product_of_means", expected.GetProperty("product_of_means"), mean.Product(), report);
        Compare("factor_average.mean_of_products", expected.GetProperty("mean_of_products"), LoraFactors.WeightedProduct(clients, weights), report);
    }

    private static LoraFactors[] Clients(JsonElement clients, Func<int, double> scale) => [.. clients.EnumerateArray().Select(client =>
    {
        var a = Matrix(client.GetProperty("A"));
        return new LoraFactors(a, Matrix(client.GetProperty("B")), scale(a.Rows));
    })];

    private static HostMatrix Matrix(JsonElement element)
    {
        var shape = element.Shape();
        return new HostMatrix(shape[0], shape[1], element.Numbers());
    }

    private static void Compare(string what, JsonElement expected, HostMatrix actual, FixtureReport report) =>
        report.CompareRelative(what, expected.Numbers(), actual.Values, Relative);
}
