using System.Globalization;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Simulation.Studies.Compare;

/// <summary>The paths inside a comparison's folder: below <c>runs</c> a folder for each run, which is one of <c>tributary run</c>, and one for the baselines of each data set and seed.</summary>
public sealed record ComparisonFolder(string Root)
{
    /// <summary>The result document.</summary>
    public string Result => Path.Combine(Root, "compare.json");

    /// <summary>The page.</summary>
    public string Page => Path.Combine(Root, "compare.html");

    /// <summary>What was asked for; with this file the folder holds a comparison.</summary>
    public string Origin => Path.Combine(Root, "comparison.json");

    /// <summary>The folder of a run.</summary>
    public RunFolder Run(string data, string method, long seed) => new(Of(data, method, seed));

    /// <summary>The folder of what is trained without a federation.</summary>
    public string Baselines(string data, long seed) => Of(data, "baselines", seed);

    /// <summary>Ids of methods with a whole run on a data set, in order.</summary>
    public IReadOnlyList<string> WholeMethods(string data)
    {
        var runs = Path.Combine(Root, "runs", data);
        return !Directory.Exists(runs) ? [] :
            [.. Directory.EnumerateDirectories(runs).Where(method => Directory.EnumerateDirectories(method).Any(run => File.Exists(new RunFolder(run).Result)))
                .Select(method => Path.GetFileName(method)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Keeps the folder for this process; it is new, empty, or holds a comparison.</summary>
    /// <exception cref="InputException">It holds something else, another process works in it, or it cannot be written.</exception>
    public FolderLock Take()
    {
        var mark = Path.Combine(Root, ".lock");
        return !Directory.Exists(Root) || Directory.EnumerateFileSystemEntries(Root).All(entry => entry == mark) || File.Exists(Origin)
            ? FolderLock.Take(Root, mark)
            : throw new InputException($"{Root} holds files that are not of a comparison; choose a new or empty folder with --out");
    }

    private string Of(string data, string what, long seed) => Path.Combine(Root, "runs", data, what, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"));
}
