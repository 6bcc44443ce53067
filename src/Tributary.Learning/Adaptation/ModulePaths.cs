using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Adaptation;

/// <summary>Names of modules.</summary>
internal static class ModulePaths
{
    /// <summary>The last part of a path.</summary>
    public static string End(string path) => path[(path.LastIndexOf('.') + 1)..];

    /// <summary>The last parts of all paths, each once, for messages.</summary>
    public static string Ends(IEnumerable<IModule> modules) => string.Join(", ", modules.Select(m => End(m.Path)).Distinct(StringComparer.Ordinal));
}
