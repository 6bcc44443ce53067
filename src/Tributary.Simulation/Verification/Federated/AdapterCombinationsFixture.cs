using Tributary.Federation.Parts.Combination;
using Tributary.Learning.Adaptation;
using Tributary.Learning.Adaptation.Lora;
using Tributary.Learning.Models;
using Tributary.Learning.Tensors;
using Tributary.Numerics.LinearAlgebra;
using Tributary.Simulation.Verification.Engine;

namespace Tributary.Simulation.Verification.Federated;

/// <summary>
/// Two or more adapters joined into one with weights: <c>linear</c> averages the factors with square roots of the weights, <c>cat</c> stacks them, <c>svd</c> truncates the
/// weighted sum of the updates. The linear one is then trained.
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
        var batch = FixtureBatch.Read(FixtureJson.Load(Path.Combine(folders.Base, "inputs.json")), model.Shape.PadId ?? -1);
        var stored = folders.Adapters.ToDictionary(a => a.Name, a => Read(a.Folder, model), StringComparer.Ordinal);
        var parts = stored.Where(a => a.Key is not ("linear" or "cat" or "svd")).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => a.Value).ToArray();
        var made = Combine(parts, Weights(parts, stored["cat"]), model);

        using var expected = ExpectedTensors.Open(Path.Combine(path, "expected.safetensors"), report);
        foreach (var (name, adapter) in stored.Concat(made))
        {
            if (expected.Contains("logits_" + name))
            {
                using var learner = new FixtureLearner(model, [adapter], batch);
                learner.CompareLogits(expected, "logits_" + name, tolerances.Of("logits_" + name, "logits"));
            }
        }

        foreach (var name in new[] { "linear", "cat" })
        {
            CompareFactors(name, stored[name].Values, made[name].Values, report);
        }

        using var trained = new FixtureLearner(model, [made["linear"]], batch);
        trained.CompareLogits(expected, "logits", tolerances.Of("logits"));
        trained.CompareGradients(expected, key => key.Name, tolerances);
        if (AdamWNote.Read(path) is { } note)
        {
            trained.CompareSteps(note, key => key.Name, tolerances, report);
        }
    }

    private static (IAdapter Adapter, ParameterSet Values) Read(string folder, LanguageModel model) => PeftFolder.Read(folder, model);

    // The weights stand in the README alone; the stacked adapter holds them: its A is weight · scale · A of each part, one below the other.
    private static double[] Weights((IAdapter Adapter, ParameterSet Values)[] parts, (IAdapter Adapter, ParameterSet Values) cat)
    {
        var weights = new double[parts.Length];
        var stacked = Factors(cat, 0).A;
        var row = 0;
        for (var k = 0; k < parts.Length; k++)
        {
            var part = Factors(parts[k], 0);
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

    private static Dictionary<string, (IAdapter Adapter, ParameterSet Values)> Combine((IAdapter Adapter, ParameterSet Values)[] parts, double[] weights, LanguageModel model)
    {
        var sites = ((LoraAdapter)parts[0].Adapter).Sites.Count;
        var perSite = Enumerable.Range(0, sites).Select(s => parts.Select(p => Factors(p, s)).ToArray()).ToArray();
        var roots = parts.Select((_, k) => Math.Sqrt(weights[k] * perSite[0][k].Scale)).ToArray();
        var rank = perSite[0].Max(f => f.A.Rows);

        // PEFT 0.10 counts the scale of a part twice in "svd" alone: once in the update and once in its weight.
        var twice = weights.Select((weight, k) => weight * perSite[0][k].Scale).ToArray();
        return new Dictionary<string, (IAdapter, ParameterSet)>(StringComparer.Ordinal)
        {
            ["linear"] = Adapter(perSite.Select(f => LoraFactors.ZeroPaddedMean(f, roots))),
            ["cat"] = Adapter(perSite.Select(f => LoraFactors.Stack(f, weights))),
            ["svd"] = Adapter(perSite.Select(f => LoraFactors.Factor(LoraFactors.WeightedProduct(f, twice), rank, 1))),
            ["weighted_products"] = Adapter(perSite.Select(f => LoraFactors.Factor(LoraFactors.WeightedProduct(f, weights), f.Sum(x => x.A.Rows), 1))),
        };

        (IAdapter, ParameterSet) Adapter(IEnumerable<LoraFactors> factors)
        {
            var all = factors.ToArray();
            var adapter = new LoraAdapter(((LoraAdapter)parts[0].Adapter).Config with { Rank = all[0].A.Rows, Alpha = all[0].A.Rows, RankStabilised = false }, model);
            return (adapter, new ParameterSet(adapter.Sites.SelectMany((site, s) => new[]
            {
                new HostTensor(site.A, [all[s].A.Rows, all[s].A.Columns], all[s].A.ToSingles()),
                new HostTensor(site.B, [all[s].B.Rows, all[s].B.Columns], all[s].B.ToSingles()),
            })));
        }
    }

    private static LoraFactors Factors((IAdapter Adapter, ParameterSet Values) adapter, int index)
    {
        var site = ((LoraAdapter)adapter.Adapter).Sites[index];
        return new LoraFactors(Matrix(adapter.Values, site.A), Matrix(adapter.Values, site.B), site.Scale);
    }

    private static HostMatrix Matrix(ParameterSet values, TensorKey key) =>
        values.TryGet(key, out var tensor)
            ? HostMatrix.Of(tensor.Shape[0], tensor.Shape[1], tensor.Values)
            : throw new ArgumentException($"no values for {key.WireName}");

    private static void CompareFactors(string name, ParameterSet expected, ParameterSet actual, FixtureReport report)
    {
        foreach (var tensor in expected)
        {
            report.Check($"{name} has {tensor.Key.Name}", actual.TryGet(tensor.Key, out var own));
            report.CompareRelative($"{name} {tensor.Key.Name}", Array.ConvertAll(tensor.Values, v => (double)v), Array.ConvertAll(own?.Values ?? [], v => (double)v), FactorTolerance);
        }
    }
}
