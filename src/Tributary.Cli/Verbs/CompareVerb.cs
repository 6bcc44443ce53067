using System.CommandLine;
using Tributary.Cli.Shell;
using Tributary.Federation.Experiments;
using Tributary.Federation.Methods;
using Tributary.Simulation.Studies.Compare;

namespace Tributary.Cli.Verbs;

/// <summary><c>compare FILE.yaml --methods a,b,family:lora [--seeds n] [--out DIR] [--json]</c>: several methods on equal terms.</summary>
internal static class CompareVerb
{
    private const int MostSeeds = 100;

    public static Command Create(Terminal terminal)
    {
        var file = Options.PathArgument("FILE", "experiment file, or a list of several (key 'experiments')");
        var methods = new Option<string>("--methods") { Description = "methods and families, apart by commas", HelpName = "a,b,family:lora", Required = true };
        var seeds = Options.Whole("--seeds", "seeds of every method; without it as the file says", 1, MostSeeds);
        var output = Options.Path("--out", "folder for results; what is whole there already is not run again");
        var json = Options.Json();
        var verb = new Command("compare", "several methods on the same data, model and budget, in one table") { file, methods, seeds, output, json };
        verb.SetAction(parsed =>
        {
            var origin = new ComparisonOrigin(
                Path.GetFullPath(parsed.GetRequiredValue(file)), parsed.GetRequiredValue(methods), parsed.GetValue(seeds));
            var comparison = Read(origin);
            var chosen = MethodSelection.Parse(origin.Methods);
            var folder = new ComparisonFolder(Path.GetFullPath(parsed.GetValue(output) ?? comparison.Output));
            using var held = folder.Take();
            ComparisonStudy.Store(folder, origin);
            return CompareSession.Run(terminal, comparison, chosen, folder, parsed.GetValue(json));
        });
        return verb;
    }

    /// <summary>Goes on with the comparison in a folder.</summary>
    public static int Resume(Terminal terminal, ComparisonFolder folder, bool json)
    {
        using var held = folder.Take();
        var origin = ComparisonStudy.Load(folder);
        return CompareSession.Run(terminal, Read(origin), MethodSelection.Parse(origin.Methods), folder, json);
    }

    private static Comparison Read(ComparisonOrigin origin) =>
        origin.Seeds is { } seeds ? ComparisonFile.Read(origin.File).WithSeeds(seeds) : ComparisonFile.Read(origin.File);
}
