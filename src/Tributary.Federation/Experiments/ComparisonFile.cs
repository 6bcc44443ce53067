using YamlDotNet.RepresentationModel;
using Tributary.Federation.Methods;
using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>
/// Reads what <c>compare</c> is given: an experiment file, or a list of several. A list has the keys <c>experiments</c> (name: file), and if need be <c>name</c>, <c>seeds</c>,
/// <c>headline: { methods, seeds }</c> and <c>output</c>.
/// </summary>
public static class ComparisonFile
{
    private const string List = "experiments";
    private const int MostSeeds = 100;

    /// <summary>Reads a file; the experiments it names are read when they run.</summary>
    /// <exception cref="InputException">Anything is unknown, missing or absurd; the message says what, where, and how to mend it.</exception>
    public static Comparison Read(string path, Func<string, string?>? environment = null)
    {
        var file = Path.GetFullPath(path);
        var tree = new ExperimentTree(YamlSource.ReadFile(file), file);
        if (!tree.Root.Children.ContainsKey(new YamlScalarNode(List)))
        {
            return OfExperiment(file, environment);
        }

        var root = new Section(tree.Root, "", tree.Where, environment ?? Environment.GetEnvironmentVariable);
        var folder = Path.GetDirectoryName(file)!;
        var name = root.Text("name") ?? Path.GetFileNameWithoutExtension(file);
        var headline = root.Below("headline");
        var comparison = new Comparison(
            name,
            file,
            Experiments(root, folder),
            root.Integer("seeds", 1, MostSeeds) ?? 1,
            headline.Texts("methods") ?? [],
            headline.Integer("seeds", 1, MostSeeds) ?? 1,
            Path.GetFullPath(root.Text("output") ?? Path.Combine("runs", name), folder));
        headline.RefuseOthers();
        root.RefuseOthers();
        foreach (var id in comparison.Headline)
        {
            RequireMethod(headline, id);
        }

        return comparison;
    }

    private static Comparison OfExperiment(string file, Func<string, string?>? environment)
    {
        var experiment = ExperimentFile.Read(file, environment: environment);
        return new Comparison(experiment.Name, file, [KeyValuePair.Create(experiment.Name, file)], 1, [], 1, experiment.Output + "-compare");
    }

    private static List<KeyValuePair<string, string>> Experiments(Section root, string folder)
    {
        var section = root.Below(List);
        var found = new List<KeyValuePair<string, string>>();
        foreach (var name in section.Names)
        {
            if (name.Length == 0 || name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            {
                throw section.Bad(section.Node(name)!, name, "names a folder: use letters, digits, '-' and '_'");
            }

            found.Add(KeyValuePair.Create(name, Path.GetFullPath(section.Required(name), folder)));
        }

        section.RefuseOthers();
        return found.Count > 0 ? found : throw root.Missing(List);
    }

    private static void RequireMethod(Section headline, string id)
    {
        try
        {
            Catalogue.Find(id);
        }
        catch (InputException error)
        {
            throw headline.Bad(headline.Node("methods")!, "methods", $"cannot be used: {error.Message}");
        }
    }
}
