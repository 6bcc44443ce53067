using System.CommandLine;
using Tributary.Cli.Shell;
using Tributary.Simulation.Runs;

namespace Tributary.Cli.Verbs;

/// <summary><c>resume DIR</c>: goes on with an interrupted run to the same result.</summary>
internal static class ResumeVerb
{
    public static Command Create(Terminal terminal)
    {
        var directory = Options.PathArgument("DIR", "folder of the interrupted run");
        var json = Options.Json();
        var verb = new Command("resume", "continue an interrupted run to the same result") { directory, json };
        verb.SetAction(parsed =>
        {
            var folder = new RunFolder(Path.GetFullPath(parsed.GetRequiredValue(directory)));
            var experiment = StoredExperiment.Load(folder);
            using var setup = Work.Wait(terminal, "reading model and data", () => RunSetupReader.Read(experiment));
            using var held = folder.Take();
            StoredExperiment.Require(folder, setup.Inputs);
            return RunSession.Run(terminal, setup, folder, parsed.GetValue(json));
        });
        return verb;
    }
}
