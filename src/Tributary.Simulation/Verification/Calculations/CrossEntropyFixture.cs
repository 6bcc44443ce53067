using System.Globalization;
using System.Text.Json;
using Tributary.Learning.Models;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>Cross-entropy with ignored labels, smoothing, shifting and class weights: loss and gradient of the logits.</summary>
internal sealed class CrossEntropyFixture : IFixtureKind
{
    /// <inheritdoc/>
    public bool Claims(string path) =>
        FixtureJson.HasKeys(path, "logits", "labels", "cases") && FixtureJson.Load(path).GetProperty("cases").ValueKind == JsonValueKind.Object;

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        var logits = root.GetProperty("logits");
        var labels = root.GetProperty("labels").IntegerRows();
        foreach (var item in root.GetProperty("cases").EnumerateObject())
        {
            foreach (var arithmetic in Arithmetic.Both(double64: 1e-9))
            {
                using (arithmetic)
                {
                    Case(item, logits, labels, arithmetic, report);
                }
            }
        }
    }

    private static void Case(JsonProperty item, JsonElement logits, int[][] labels, Arithmetic arithmetic, FixtureReport report)
    {
        var name = item.Name;
        var shifted = name.Contains("shift", StringComparison.Ordinal);
        var targets = (shifted ? labels.Select(Shift) : labels).SelectMany(row => row).ToArray();
        var classes = logits.Shape()[^1];
        var matrix = arithmetic.Vector(logits.Numbers()).Reshape(targets.Length, classes);
        var weights = Weights(name, item.Value, targets);
        var losses = arithmetic.Vector(new double[targets.Length]);
        arithmetic.Backend.CrossEntropy(matrix, targets, arithmetic.Vector(weights), losses, gradient: true, (float)Smoothing(name));

        // Smoothing is a setting in single precision, and the library's own smoother adds up log-probabilities in single precision even when all else is double.
        var least = Smoothing(name) == 0 ? 0 : name.StartsWith("transformers_", StringComparison.Ordinal) ? 2e-7 : 2e-8;
        var (loss, gradient) = (Math.Max(arithmetic.Relative, least), Math.Max(arithmetic.RelativeGradient, least));
        var total = arithmetic.Read(losses).Zip(weights, (l, w) => l * w).Sum();
        report.CompareRelative(name + ".loss", [item.Value.GetProperty("loss").GetDouble()], [total], loss);
        report.CompareRelative(name + ".grad_logits", item.Value.GetProperty("grad_logits").Numbers(), arithmetic.Read(matrix), gradient);
    }

    private static int[] Shift(int[] row) => [.. row.Skip(1), TokenRows.Ignore];

    private static double Smoothing(string name)
    {
        var number = name.Split('_').FirstOrDefault(part => part.Contains('.', StringComparison.Ordinal));
        return number is null ? 0 : double.Parse(number, CultureInfo.InvariantCulture);
    }

    private static double[] Weights(string name, JsonElement item, int[] targets)
    {
        var perClass = item.Find("weight")?.Numbers();
        var weights = targets.Select(t => t < 0 ? 0 : perClass?[t] ?? 1).ToArray();
        var total = name == "sum" ? 1 : weights.Sum();
        return [.. weights.Select(w => w / total)];
    }
}
