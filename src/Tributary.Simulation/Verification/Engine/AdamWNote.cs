using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Learning.Optimization;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification.Engine;

/// <summary>The optimizer steps that a fixture's expectations were made with: settings from its README, their number from the name of the file.</summary>
internal sealed partial record AdamWNote(OptimizerSpec.AdamW Spec, int Steps, string ExpectedFile)
{
    /// <summary>Reads both; null when the folder holds no expectations after steps.</summary>
    public static AdamWNote? Read(string folder)
    {
        var file = Directory.EnumerateFiles(folder, "expected_adamw*.safetensors").Order(StringComparer.Ordinal).FirstOrDefault();
        if (file is null)
        {
            return null;
        }

        var readme = Path.Combine(folder, "README.md");
        var settings = Settings().Match(File.Exists(readme) ? File.ReadAllText(readme) : "");
        if (!settings.Success)
        {
            throw new InputException($"{readme} does not say with which AdamW settings {Path.GetFileName(file)} was made");
        }

        var spec = new OptimizerSpec.AdamW(Number("lr"), Number("b1"), Number("b2"), Number("eps"), Number("decay"));
        return new AdamWNote(spec, int.Parse(Count().Match(Path.GetFileName(file)).Value, CultureInfo.InvariantCulture), file);

        double Number(string group) => double.Parse(settings.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"lr (?<lr>[\d.e+-]+), betas (?<b1>[\d.]+)/(?<b2>[\d.]+), eps (?<eps>[\d.e+-]+), (?:decoupled )?weight decay (?<decay>[\d.e+-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Settings();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Count();
}
