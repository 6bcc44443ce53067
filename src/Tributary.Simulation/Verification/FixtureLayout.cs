using Tributary.Numerics;

namespace Tributary.Simulation.Verification;

/// <summary>Where fixtures lie: one JSON file each under <c>math</c> and <c>quant</c>, one folder each under the others.</summary>
internal static class FixtureLayout
{
    private static readonly string[] OfFiles = ["math", "quant"];
    private static readonly string[] OfFolders = ["models", "peft", "runs", "tokenizers"];

    /// <summary>The fixtures' paths relative to <paramref name="root"/>, in ordinal order.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static IReadOnlyList<string> Find(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new InputException($"{root} is not a folder; give the folder that holds math/, models/, peft/ …");
        }

        var files = OfFiles.Select(f => Path.Combine(root, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.json")).Where(f => Path.GetFileName(f) != "summary.json");
        var folders = OfFolders.Select(f => Path.Combine(root, f)).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);
        var found = files.Concat(folders).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal).ToArray();
        return found.Length > 0 ? found : throw new InputException($"{root} holds no fixture; expected folders such as math, models, peft, runs, tokenizers or quant");
    }
}
