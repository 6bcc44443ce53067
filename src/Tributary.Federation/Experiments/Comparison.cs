namespace Tributary.Federation.Experiments;

/// <summary>A comparison of methods on equal terms: the experiments, each of which every method runs, and with how many seeds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">The file it was read from, absolute.</param>
/// <param name="Experiments">Files of the experiments by name, in the order of the file; each gives model, data and budget.</param>
/// <param name="Seeds">Seeds of every method, counted up from the experiment's own.</param>
/// <param name="Headline">Ids of methods that run with more seeds.</param>
/// <param name="HeadlineSeeds">How many.</param>
/// <param name="Output">Folder for results, absolute.</param>
public sealed record Comparison(
    string Name, string File, IReadOnlyList<KeyValuePair<string, string>> Experiments, int Seeds, IReadOnlyList<string> Headline, int HeadlineSeeds, string Output)
{
    /// <summary>How many seeds a method has.</summary>
    public int SeedsOf(string method) => Headline.Contains(method, StringComparer.Ordinal) ? Math.Max(Seeds, HeadlineSeeds) : Seeds;

    /// <summary>The same with one number of seeds for all.</summary>
    public Comparison WithSeeds(int seeds) => this with { Seeds = seeds, Headline = [] };
}
