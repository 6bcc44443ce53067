using System.CommandLine;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Learning.Generation;
using Tributary.Numerics;
using Tributary.Numerics.Cpu;

namespace Tributary.Cli.Verbs;

/// <summary><c>generate --model DIR [--adapter DIR] --prompt TEXT …</c>: text out.</summary>
internal static class GenerateVerb
{
    public static Command Create(Terminal terminal)
    {
        var model = Options.Path("--model", "model folder");
        model.Required = true;
        var adapter = Options.Path("--adapter", "PEFT adapter folder");
        var prompt = new Option<string>("--prompt") { Description = "text to continue", HelpName = "TEXT", Required = true };
        var count = Options.Whole("--max-new-tokens", "tokens to add at most", 64, 1, 1_000_000);
        var greedy = new Option<bool>("--greedy") { Description = "the most probable token every time (the default)" };
        var temperature = new Option<double?>("--temperature") { Description = "sample: 1 as the model says, lower is bolder" };
        var topP = new Option<double?>("--top-p") { Description = "sample from the smallest set of tokens with this probability" };
        var seed = Options.Seed();
        var threads = Options.Threads();
        var dtype = Options.BaseDtype();
        var json = Options.Json();
        var verb = new Command("generate", "continue a text") { model, adapter, prompt, count, greedy, temperature, topP, seed, threads, dtype, json };
        verb.SetAction(parsed =>
        {
            var sampling = Sampling(parsed.GetValue(greedy), parsed.GetValue(temperature), parsed.GetValue(topP));
            using var backend = new CpuBackend(parsed.GetValue(threads));
            using var generator = new TextGenerator(parsed.GetRequiredValue(model), parsed.GetValue(adapter), backend, Options.Storage(parsed, dtype));
            var text = generator.Generate(parsed.GetRequiredValue(prompt), parsed.GetValue(count), sampling, parsed.GetValue(seed), terminal.Interrupted);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(GenerateDocument.Of(text, backend.KernelSet), CliJson.Default.GenerateDocument);
            }
            else
            {
                terminal.Out.WriteLine(text.Text);
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Sampling Sampling(bool greedy, double? temperature, double? topP) =>
        greedy && (temperature ?? topP) is not null ? throw new InputException("--greedy excludes --temperature and --top-p: give one or the other")
        : (temperature ?? topP) is null ? Learning.Generation.Sampling.Greedy
        : new Sampling(temperature ?? 1, topP ?? 1).Checked();
}
