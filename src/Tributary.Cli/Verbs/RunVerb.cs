using System.CommandLine;
using Tributary.Cli.Shell;
using Tributary.Federation.Experiments;
using Tributary.Simulation.Runs;

namespace Tributary.Cli.Verbs;

/// <summary><c>run FILE.yaml [--set a.b=v]… [--out DIR] [--json]</c>: an experiment in simulation.</summary>
internal static class RunVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = Options.PathArgument("FILE", "experiment file");
        var set = new Option<string[]>("--set") { Description = "change a setting of the file, for example training.rounds=20; may be repeated", HelpName = "a.b=value" };
        var output = Options.Path("--out", "folder for results (instead of the file's output)");
        var json = Options.Json();
        var ends = new Option<bool>(OwnProcess.EndsWithInput) { Description = "end when the standard input ends", Hidden = true };
        var verb = new Command("run", "run an experiment in simulation") { file, set, output, json, ends };
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(ends))
            {
                OwnProcess.EndWithInput();
            }

            var settings = parsed.GetValue(set) ?? [];
            var experiment = ExperimentFile.Read(parsed.GetRequiredValue(file), settings);
            var folder = new RunFolder(Path.GetFullPath(parsed.GetValue(output) ?? experiment.Output));
            using var setup = Work.Wait(terminal, "reading model and data", () => RunSetupReader.Read(experiment));
            using var held = folder.Take(); // only now: bad input leaves no folder behind
            StoredExperiment.Save(folder, experiment, settings, setup.Inputs);
            return RunSession.Run(terminal, setup, folder, parsed.GetValue(json));
        });
        return verb;
    }
}
