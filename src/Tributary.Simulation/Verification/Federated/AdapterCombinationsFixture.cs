using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Simulation.Verification.Engine;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>
/// Two or more adapters joined into one with weights: <c>linear</c> averages the factors with square roots of the weights, <c>cat</c> stacks them, <c>svd</c> truncates the
/// weighted sum of the updates. The linear one is then trained; and all parts at once, weighted, must give what the weighted sum of their updates gives.
/// </summary>
internal sealed class AdapterCombinationsFixture : IFixtureKind
{
    private const double FactorTolerance = 2e-6;

    /// <inheritdoc/>
    public bool Claims(string path) => AdapterFolders.IsAdapterFixture(path) && AdapterFolders.Open(path).AreCombinations;

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var folders = AdapterFolders.Open(path);
        if (folders.WhyNot is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(folders.Base, backend);
        var tolerances = FixtureTolerances.Load(path);
        var batch = FixtureBatch.Read(FixtureJson.Load(Path.Combine(folders.Base, "inputs.json")), model.Shape);
        var stored = folders.Adapters.ToDictionary(a => a.Name, a => Read(a.Folder, model, a.Name), StringComparer.Ordinal);
        var parts = stored.Where(a => a.Key is not ("linear" or "cat" or "svd")).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => a.Value).ToArray();
        var weights = Weights(parts, stored["cat"]);
        var made = Combine(parts, weights, model);

        using var expected = ExpectedTensors.Open(Path.Combine(path, "expected.safetensors"), report);
        foreach (var (name, adapter) in stored.Concat(made).Where(a => expected.Contains("logits_" + a.Key)))
        {
            using var learner = new FixtureLearner(model, [adapter], batch);
            learner.CompareLogits(expected, "logits_" + name, tolerances.Of("logits_" + name, "logits"));
        }

        CompareWeighted(parts, weights, model, batch, expected, tolerances);
        CompareFactors("linear", stored["linear"], made["linear"], report);
        CompareFactors("cat", stored["cat"], made["cat"], report);

        using var trained = new FixtureLearner(model, [made["linear"]], batch);
        trained.CompareLogits(expected, "logits", tolerances.Of("logits"));
        trained.CompareGradients(expected, key => key.Name, tolerances);
        if (AdamWNote.Read(path) is { } note)
        {
            trained.CompareSteps(note, key => key.Name, tolerances, report);
        }
    }

    private static (LoraAdapter Adapter, ParameterSet Values) Read(string folder, LanguageModel model, string name)
    {
        var (adapter, values) = AdapterFolder.Read(folder, model, name);
        return ((LoraAdapter)adapter, values);
    }

    // The weights stand in the README alone; the stacked adapter holds them: its A is weight · scale · A of each part, one below the other.
    private static double[] Weights((LoraAdapter Adapter, ParameterSet Values)[] parts, (LoraAdapter Adapter, ParameterSet Values) cat)
    {
        var weights = new double[parts.Length];
        var stacked = Factors(cat).A;
        var row = 0;
        for (var k = 0; k < parts.Length; k++)
        {
            var part = Factors(parts[k]);
            var (dot, square) = (0.0, 0.0);
            for (var i = 0; i < part.A.Values.Length; i++)
            {
                dot += stacked.Values[(row * stacked.Columns) + i] * part.A.Values[i];
                square += part.A.Values[i] * part.A.Values[i];
            }

            // Weights are given with few digits, which rounding to single precision has blurred.
            weights[k] = Math.Round(dot / square / part.Scale, 6);
            row += part.A.Rows;
        }

        return weights;
    }

    private static Dictionary<string, (LoraAdapter Adapter, ParameterSet Values)> Combine(
        (LoraAdapter Adapter, ParameterSet Values)[] parts, double[] weights, LanguageModel model)
    {
        var combination = new LoraCombination(model, parts, weights);

        // PEFT 0.10 multiplies by the scale of a part twice in "svd" alone: in the update that it truncates, and again in the weight of that update.
        var twice = new LoraCombination(model, parts, [.. weights.Zip(parts, (weight, part) => weight * Factors(part).Scale)]);
        return new Dictionary<string, (LoraAdapter, ParameterSet)>(StringComparer.Ordinal)
        {
            ["linear"] = combination.Averaged(),
            ["cat"] = combination.Stacked(),
            ["svd"] = twice.Truncated(parts.Max(p => Factors(p).A.Rows)),
        };
    }

    private static void CompareWeighted(
        (LoraAdapter Adapter, ParameterSet Values)[] parts, double[] weights, LanguageModel model, FixtureBatch batch, ExpectedTensors expected, FixtureTolerances tolerances)
    {
        if (expected.Contains("logits_weighted_products"))
        {
            using var together = new FixtureLearner(model, [.. parts.Select(p => ((IAdapter)p.Adapter, p.Values))], batch);
            together.Learner.Activate([.. parts.Select((p, k) => (p.Adapter.Name, (float)weights[k]))]);
            together.CompareLogits(expected, "logits_weighted_products", tolerances.Of("logits_weighted_products", "logits"));
        }
    }

    private static LoraFactors Factors((LoraAdapter Adapter, ParameterSet Values) adapter) => adapter.Adapter.Sites[0].Factors(adapter.Values);

    private static void CompareFactors(
        string name, (LoraAdapter Adapter, ParameterSet Values) expected, (LoraAdapter Adapter, ParameterSet Values) actual, FixtureReport report)
    {
        foreach (var tensor in expected.Values)
        {
            report.Check($"{name} has {tensor.Key.Name}", actual.Values.TryGet(tensor.Key with { Adapter = actual.Adapter.Name }, out var own));
            report.CompareRelative($"{name} {tensor.Key.Name}", Array.ConvertAll(tensor.Values, v => (double)v), Array.ConvertAll(own?.Values ?? [], v => (double)v), FactorTolerance);
        }
    }
}
