using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>The same model in other layouts, one folder each: names without prefix, shards, half precision, pickles (which must be refused).</summary>
internal sealed partial class ModelVariantsFixture : IFixtureKind
{
    private const string HalfPrecision = "expected_fp32_compute.safetensors";

    /// <inheritdoc/>
    public bool Claims(string path) => 
        Directory.Exists(path) && !File.Exists(Path.Combine(path, "config.json")) && !File.Exists(Path.Combine(path, "expected.safetensors")) && Variants(path).Any();

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var readme = Path.Combine(path, "README.md");
        var text = File.Exists(readme) ? File.ReadAllText(readme) : "";
        var original = Original(path, text);
        if (FixtureSupport.WhyNotModel(original) is { } why)
        {
            report.Skip(why);
            return;
        }

        using var backend = FixtureBackend.Create();
        using var model = ModelLoader.Load(original, backend);
        var tolerance = FixtureTolerances.Load(original).Of("logits");
        var rounded = Tolerance().Match(text) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : tolerance;
        foreach (var variant in Variants(path))
        {
            if (!Directory.EnumerateFiles(variant, "*.safetensors").Any())
            {
                report.Check($"{Path.GetFileName(variant)}: pickled weights are refused with the way to convert them", Refuses(variant, backend));
                continue;
            }

            using var same = ModelLoader.Load(variant, backend);
            var half = File.Exists(Path.Combine(variant, HalfPrecision));
            CompareLogits(same, half ? Path.Combine(variant, HalfPrecision) : Path.Combine(original, "expected.safetensors"), original, half ? rounded : tolerance, report);
            if (!half)
            {
                CompareWeights(Path.GetFileName(variant), model, same, report);
            }
        }
    }

    private static IEnumerable<string> Variants(string path) =>
        Directory.EnumerateDirectories(path).Where(d => File.Exists(Path.Combine(d, "config.json"))).Order(StringComparer.Ordinal);

    private static string Original(string path, string readme)
    {
        var named = Sibling().Match(readme);
        var name = named.Success ? named.Groups[1].Value : Path.GetFileName(path).Replace("_variants", "", StringComparison.Ordinal);
        return Path.Combine(Path.GetDirectoryName(path)!, name);
    }

    private static void CompareLogits(LanguageModel model, string expectations, string original, double tolerance, FixtureReport report)
    {
        var batch = FixtureBatch.Read(FixtureJson.Load(Path.Combine(original, "inputs.json")), model.Shape);
        using var learner = new FixtureLearner(model, [], batch);
        using var expected = ExpectedTensors.Open(expectations, report);
        learner.CompareLogits(expected, "logits", tolerance);
    }

    private static void CompareWeights(string variant, LanguageModel expected, LanguageModel actual, FixtureReport report)
    {
        foreach (var (one, other) in expected.Tensors.Zip(actual.Tensors))
        {
            report.Check($"{variant}: {one.Key.Name} is the same", one.Key == other.Key && one.ReadValues().AsSpan().SequenceEqual(other.ReadValues()));
        }
    }

    private static bool Refuses(string folder, IBackend backend)
    {
        try
        {
            ModelLoader.Load(folder, backend).Dispose();
            return false;
        }
        catch (InputException error)
        {
            return error.Message.Contains("convert", StringComparison.OrdinalIgnoreCase);
        }
    }

    [GeneratedRegex(@"`\.\./([\w.-]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Sibling();

    [GeneratedRegex(@"atol ([\d.]+(?:e-?\d+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex Tolerance();
}
