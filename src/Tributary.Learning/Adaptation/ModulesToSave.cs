using Tributary.Learning.Models;
using Tributary.Learning.Models.Modules;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation;

/// <summary>Which modules are trained and kept whole, found as PEFT does.</summary>
internal static class ModulesToSave
{
    // What classifiers call their output layers; PEFT adds both names by itself.
    private static readonly string[] Classifiers = ["classifier", "score"];

    /// <summary>The modules with these names, and the classifier when the task has one. A name is the end of the path of a module or of one that it is part of.</summary>
    /// <exception cref="InputException">A name fits no module.</exception>
    public static IReadOnlyList<SavedModule> Find(LanguageModel model, string adapter, string prefix, IReadOnlyList<string> names, string? taskType)
    {
        var modules = model.Modules.OfType<IWeightedModule>().ToArray();
        if (names.FirstOrDefault(name => !Classifiers.Contains(name, StringComparer.Ordinal) && !Array.Exists(modules, m => Matches(m.Path, name))) is { } missing)
        {
            throw new InputException($"modules_to_save: no module of this {model.Shape.Family} model is named {missing}; there are {ModulePaths.Ends(modules)}");
        }

        string[] wanted = [.. names, .. taskType is "SEQ_CLS" or "TOKEN_CLS" ? Classifiers : []];
        return [.. modules.Where(m => Array.Exists(wanted, name => Matches(m.Path, name))).Select(m => SavedModule.Of(m, adapter, prefix))];
    }

    /// <summary>The base tensors of the classifier, when the task has one.</summary>
    public static IEnumerable<BaseTensor> OfClassifier(LanguageModel model, string? taskType) =>
        Find(model, "", "", [], taskType).SelectMany(m => new[] { m.Module.Weight, m.Module.Bias }).OfType<BaseTensor>();

    /// <summary>True for the full name of a classifier's tensor in a file that puts no prefix in front.</summary>
    public static bool IsClassifier(string tensor) => Array.Exists(Classifiers, name => tensor.StartsWith(name + ".", StringComparison.Ordinal));

    private static bool Matches(string path, string name)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (path.AsSpan(0, end).EndsWith(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
