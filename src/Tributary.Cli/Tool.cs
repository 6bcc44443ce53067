using System.CommandLine;
using Tributary.Cli.Shell;
using Tributary.Cli.Verbs;

namespace Tributary.Cli;

/// <summary>The command line: the verbs, and what becomes of what goes wrong in them.</summary>
internal static class Tool
{
    /// <summary>Runs one command line and returns the exit code.</summary>
    public static int Run(string[] arguments, Terminal terminal)
    {
        var root = new RootCommand("Federated fine-tuning of language models: data stays home, small updates travel, one model learns.")
        {
            QuickstartVerb.Create(terminal),
            RunVerb.Create(terminal),
            CompareVerb.Create(terminal),
            PlanVerb.Create(terminal),
            ResumeVerb.Create(terminal),
            MethodsVerb.Create(terminal),
            GenerateVerb.Create(terminal),
            ExportVerb.Create(terminal),
            VerifyVerb.Create(terminal),
            BenchVerb.Create(terminal),
        };

        return Failures.Guard(terminal, () =>
        {
            // A prompt may begin with '@' or '-': no response files, no bundles of short options.
            var line = arguments.Length == 0 ? ["--help"] : arguments;
            var parsed = root.Parse(line, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            UsageErrors.Refuse(parsed);
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Out, Error = terminal.Error,
            });
        });
    }
}
