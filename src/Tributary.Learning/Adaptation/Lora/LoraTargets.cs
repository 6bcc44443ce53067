using System.Text.RegularExpressions;
using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>Which modules a configuration means, matched as PEFT does.</summary>
internal static class LoraTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<(IWeightedModule Module, int Rank, double Alpha)> Resolve(LoraConfig config, LanguageModel model)
    {
        var targets = config.TargetModules.Count > 0 ? config.TargetModules : model.Shape.DefaultTargets;
        var found = Weighted(model).Where(m => IsTarget(m, targets, config)).Select(m => (m, RankOf(m, config), AlphaOf(m, config))).ToArray();
        return found.Length > 0
            ? found
            : throw new InputException($"no module of this {model.Shape.Family} model matches targets [{string.Join(", ", targets)}]{InLayers(config)}; there are {Ends(model)}");
    }

    public static IReadOnlyList<IWeightedModule> Saved(LoraConfig config, LanguageModel model)
    {
        // PEFT adds the classification head by itself for sequence classifiers.
        var names = config.TaskType == "SEQ_CLS" && !model.IsCausalLanguageModel ? config.ModulesToSave.Append("score") : config.ModulesToSave;
        var wanted = names.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var name in wanted)
        {
            // PEFT always names both heads that a classifier may have.
            if (name is not ("score" or "classifier") && !Weighted(model).Any(m => EndsWith(m.Path, name)))
            {
                throw new InputException($"modules_to_save: no module of this {model.Shape.Family} model is named {name}; there are {Ends(model)}");
            }
        }

        return [.. Weighted(model).Where(m => wanted.Any(name => EndsWith(m.Path, name)))];
    }

    private static bool IsTarget(IModule module, IReadOnlyList<string> targets, LoraConfig config)
    {
        if (config.Layers.Count > 0 && !config.Layers.Contains(module.Layer))
        {
            return false;
        }

        if (config.TargetIsPattern)
        {
            return Matches($"^(?:{targets[0]})$", module.Path);
        }

        return targets.Any(target => target == "all-linear" ? module is Linear { IsOutputLayer: false } : EndsWith(module.Path, target));
    }

    private static int RankOf(IModule module, LoraConfig config)
    {
        var rank = Find(module, config.RankPattern, config.Rank);
        return rank > 0 ? rank : throw new InputException($"LoRA rank of {module.Path} is {rank}; it must be at least 1");
    }

    private static double AlphaOf(IModule module, LoraConfig config) => Find(module, config.AlphaPattern, config.Alpha);

    private static T Find<T>(IModule module, IReadOnlyDictionary<string, T> patterns, T fallback)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (Matches($@"^(?:.*\.)?(?:{pattern})$", module.Path))
            {
                return value;
            }
        }

        return fallback;
    }

    private static bool Matches(string pattern, string path)
    {
        try
        {
            return Regex.IsMatch(path, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            throw new InputException($"the pattern {pattern} for module names is not a usable regular expression: {error.Message}", error);
        }
    }

    private static IEnumerable<IWeightedModule> Weighted(LanguageModel model) => model.Modules.OfType<IWeightedModule>();

    private static string InLayers(LoraConfig config) => config.Layers.Count == 0 ? "" : $" in layers [{string.Join(", ", config.Layers)}], counted from 0";

    private static bool EndsWith(string path, string name) => path == name || path.EndsWith("." + name, StringComparison.Ordinal);

    private static string Ends(LanguageModel model) =>
        string.Join(", ", Weighted(model).Select(m => m.Path[(m.Path.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal));
}
