using System.CommandLine;
using Tributary.Cli.Shell;
using Tributary.Numerics;
using Tributary.Simulation.Runs;

namespace Tributary.Cli.Verbs;

/// <summary><c>export --run DIR --to peft|merged|gguf --out DIR</c>: what other tools load.</summary>
internal static class ExportVerb
{
    public static Command Create(Terminal terminal)
    {
        var run = Options.Path("--run", "folder of a finished run");
        var to = new Option<string>("--to") { Description = "what to write: peft (an adapter folder), merged (a model folder) or gguf (a LoRA adapter for llama.cpp)", HelpName = "peft|merged|gguf", Required = true };
        var output = Options.Path("--out", "new or empty folder to write");
        (run.Required, output.Required) = (true, true);
        var verb = new Command("export", "write what other tools load") { run, to, output };
        verb.SetAction(parsed =>
        {
            var folder = new RunFolder(Path.GetFullPath(parsed.GetRequiredValue(run)));
            var target = Path.GetFullPath(parsed.GetRequiredValue(output));
            switch (parsed.GetRequiredValue(to))
            {
                case "peft":
                    RunExport.ToPeft(folder, target);
                    break;
                case "merged":
                    RunExport.ToMerged(folder, target);
                    break;
                case "gguf":
                    RunExport.ToGguf(folder, target);
                    break;
                case var other:
                    throw new InputException($"--to {other} is not one of peft, merged, gguf");
            }

            terminal.Error.WriteLine($"wrote {target}");
            return ExitCode.Done;
        });
        return verb;
    }
}
