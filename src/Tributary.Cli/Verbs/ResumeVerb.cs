using System.CommandLine;
using Tributary.Cli.Shell;
using Tributary.Simulation.Runs;
using Tributary.Simulation.Studies.Compare;

namespace Tributary.Cli.Verbs;

/// <summary><c>resume DIR</c>: goes on with an interrupted run or comparison to the same result.</summary>
internal static class ResumeVerb
{
    public static Command Create(Terminal terminal)
    {
        var directory = Options.PathArgument("DIR", "folder of the interrupted run or comparison");
        var json = Options.Json();
        var verb = new Command("resume", "continue an interrupted run or comparison to the same result") { directory, json };
        verb.SetAction(parsed =>
        {
            var root = Path.GetFullPath(parsed.GetRequiredValue(directory));
            if (new ComparisonFolder(root) is var comparison && File.Exists(comparison.Origin))
            {
                return CompareVerb.Resume(terminal, comparison, parsed.GetValue(json));
            }

            var folder = new RunFolder(root);
            var experiment = StoredExperiment.Load(folder);
            using var setup = Work.Wait(terminal, "reading model and data", () => RunSetupReader.Read(experiment));
            using var held = folder.Take();
            StoredExperiment.Require(folder, setup.Inputs);
            return RunSession.Run(terminal, setup, folder, parsed.GetValue(json));
        });
        return verb;
    }
}
