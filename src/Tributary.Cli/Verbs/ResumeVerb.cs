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
            using var setup = RunSetupReader.Read(StoredExperiment.Load(folder));
            using var held = folder.Take();
            StoredExperiment.Require(folder, setup.Inputs);
            return RunSession.Run(terminal, setup, folder, parsed.GetValue(json));
        });
        return verb;
    }
}
