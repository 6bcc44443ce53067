using System.Globalization;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Targets;

/// <summary>
/// Which modules an adapter is put at, matched as PEFT does: by the ends of their paths or by one regular expression for whole paths, in all blocks or in some. "all-linear"
/// stands for every linear layer but the output layer.
/// </summary>
internal sealed record ModuleSelection(IReadOnlyList<string> Names, string? Pattern, IReadOnlyList<int>? Layers = null, IReadOnlyList<string>? LayersPattern = null)
{
    private const string AllLinear = "all-linear";

    /// <summary>The modules among those that <paramref name="can"/> admits, in the model's order.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<IWeightedModule> Find(LanguageModel model, Func<IWeightedModule, bool> can)
    {
        var candidates = model.Modules.OfType<IWeightedModule>().Where(can).ToArray();
        var found = candidates.Where(Selects).ToArray();
        if (found.Length == 0)
        {
            var what = Pattern is null ? $"targets [{string.Join(", ", Names)}]" : $"the target pattern {Pattern}";
            throw new InputException($"no module of this {model.Shape.Family} model matches {what}{InLayers}; there are {ModulePaths.Ends(candidates)}");
        }

        return found;
    }

    private string InLayers => Layers is { Count: > 0 } ? $" in layers [{string.Join(", ", Layers)}], counted from 0" : "";

    private bool Selects(IWeightedModule module)
    {
        if (Pattern is not null)
        {
            return ModulePattern.IsWhole(module.Path, Pattern);
        }

        // A whole path is meant as it stands, whatever the layers.
        return Names.Contains(module.Path, StringComparer.Ordinal) || (Names.Any(name => IsNamed(module, name)) && IsInLayers(module.Path));
    }

    private static bool IsNamed(IWeightedModule module, string name) =>
        name == AllLinear ? module is Linear { IsOutputLayer: false } : module.Path.EndsWith("." + name, StringComparison.Ordinal);

    private bool IsInLayers(string path)
    {
        if (Layers is not { Count: > 0 })
        {
            return true;
        }

        var patterns = LayersPattern is { Count: > 0 } ? LayersPattern : [@"[^.]*"];
        var match = patterns.Select(pattern => ModulePattern.Find(path, $@"^.*\.(?:{pattern})\.(?<layer>\d+)\.")).FirstOrDefault(m => m.Success);
        return match is not null && int.TryParse(match.Groups["layer"].Value, CultureInfo.InvariantCulture, out var layer) && Layers.Contains(layer);
    }
}
