using System.Text.Json;
using Tributary.Learning.Optimization;

namespace Tributary.Simulation.Verification.Calculations;

/// <summary>Gradient clipping by norm, over all tensors together, and by value.</summary>
internal sealed class ClippingFixture : IFixtureKind
{
    /// <inheritdoc/>
    public bool Claims(string path) => FixtureJson.HasKeys(path, "by_norm", "by_value");

    /// <inheritdoc/>
    public void Run(string path, FixtureReport report)
    {
        var root = FixtureJson.Load(path);
        using var arithmetic = Arithmetic.Single();
        var number = 0;
        foreach (var entry in root.GetProperty("by_norm").EnumerateArray())
        {
            var clipping = new GradientClipping.ByNorm(entry.GetProperty("max_norm").GetDouble(), NormType(entry.GetProperty("norm_type")));
            var gradient = arithmetic.Vector(entry.GetProperty("grads").Numbers());
            var norm = clipping.Apply(arithmetic.Backend, gradient);
            report.CompareRelative($"by_norm[{number}].total_norm", [entry.GetProperty("total_norm").GetDouble()], [norm], arithmetic.Relative);
            report.CompareRelative($"by_norm[{number}].clipped", entry.GetProperty("clipped").Numbers(), arithmetic.Read(gradient), arithmetic.Relative);
            number++;
        }

        var byValue = root.GetProperty("by_value");
        var limited = arithmetic.Vector(byValue.GetProperty("grad").Numbers());
        new GradientClipping.ByValue(byValue.GetProperty("limit").GetDouble()).Apply(arithmetic.Backend, limited);
        report.CompareRelative("by_value.clipped", byValue.GetProperty("clipped").Numbers(), arithmetic.Read(limited), arithmetic.Relative);
    }

    private static double NormType(JsonElement type) => type.ValueKind == JsonValueKind.String ? double.PositiveInfinity : type.GetDouble();
}
