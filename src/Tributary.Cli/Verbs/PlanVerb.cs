using System.CommandLine;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Federation.Experiments;
using Tributary.Numerics;
using Tributary.Reports.Markup;
using Tributary.Simulation.Studies.Plan;

namespace Tributary.Cli.Verbs;

/// <summary><c>plan FILE.yaml [--set a.b=v]… [--json]</c>: what an experiment will need, before it runs.</summary>
internal static class PlanVerb
{
    private const int ClientsShown = 12;

    public static Command Create(Terminal terminal)
    {
        var file = Options.PathArgument("FILE", "experiment file");
        var set = new Option<string[]>("--set") { Description = "change a setting of the file, for example training.rounds=20; may be repeated", HelpName = "a.b=value" };
        var json = Options.Json();
        var verb = new Command("plan", "what an experiment will need: bytes, memory, time") { file, set, json };
        verb.SetAction(parsed =>
        {
            var plan = Plan(terminal, parsed.GetRequiredValue(file), parsed.GetValue(set) ?? [], out var refused);
            foreach (var warning in plan.Warnings)
            {
                terminal.Error.WriteLine($"warning: {warning}");
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(plan, CliJson.Default.RunForecast);
            }
            else if (plan.Trainable is not null)
            {
                Print(terminal, plan);
            }

            return refused is null ? ExitCode.Done : throw refused;
        });
        return verb;
    }

    // A plan that is refused is shown as far as it is known.
    private static RunForecast Plan(Terminal terminal, string file, IReadOnlyList<string> settings, out InputException? refused)
    {
        try
        {
            var experiment = ExperimentFile.Read(file, settings);
            var plan = Work.Wait(terminal, "reading model and data, measuring a step", () => new RunPlanner(terminal.Time).Plan(experiment, terminal.Interrupted));
            refused = plan.Refusals.Count == 0 ? null : new ImpossibleException(experiment.File, plan.Refusals);
            return plan;
        }
        catch (InputException error)
        {
            refused = error;
            return RunForecast.Refused(error is ImpossibleException impossible ? impossible.Reasons : [error.Message]);
        }
    }

    private static void Print(Terminal terminal, RunForecast plan)
    {
        terminal.Results.Write(new Table().Border(TableBorder.Rounded).AddColumns("", "up", "down")
            .AddRow("bytes of a round", Bytes(plan.PerRound!.BytesUp), Bytes(plan.PerRound.BytesDown))
            .AddRow("bytes of all rounds", Bytes(plan.Total!.BytesUp), Bytes(plan.Total.BytesDown)));
        terminal.Results.Write(new Table().Border(TableBorder.Rounded).AddColumns(["base model kept as", .. plan.BaseBytes!.Keys])
            .AddRow(["memory", .. plan.BaseBytes.Values.Select(bytes => Format.Bytes(bytes))]));
        Devices(terminal, plan);
        var clients = new Table().Border(TableBorder.Rounded).AddColumns("client", "memory", "fits");
        var largest = plan.Clients.OrderByDescending(client => client.MemoryBytes).ToArray();
        foreach (var client in largest.Take(ClientsShown))
        {
            clients.AddRow(new Text(client.Id), new Text(Format.Bytes(client.MemoryBytes)), new Text(client.Fits ? "yes" : "no"));
        }

        terminal.Results.Write(clients);
        if (largest.Length > ClientsShown)
        {
            terminal.Results.WriteLine($"and {largest.Length - ClientsShown} clients that need no more than these");
        }

        terminal.Results.WriteLine($"{largest[0].Id}: {largest[0].Why}");
        if (plan.Reuse is { } reuse)
        {
            terminal.Results.WriteLine(
                $"{reuse.Blocks} of {reuse.OfBlocks} blocks are frozen below what is trained: computed once for each sample and kept, at most {Format.Bytes(reuse.MemoryBytes)} in memory and {Format.Bytes(reuse.DiskBytes)} in a scratch file");
        }

        var shared = plan.SharedPass!;
        terminal.Results.WriteLine(shared.Clients == 1
            ? $"a client's batch has about {shared.TokensOfABatch} tokens: each client passes the backbone alone"
            : $"a client's batch has about {shared.TokensOfABatch} tokens: up to {shared.Clients} clients pass the backbone together");
        terminal.Results.WriteLine($"{Format.Count(plan.Trainable!.Value)} trainable parameters; in simulation on this machine about {Format.Duration(plan.Seconds!.Value)} and {Format.Bytes(plan.MemoryBytes!.Value)} of memory (estimates), with kernels {plan.KernelSet}");
    }

    private static void Devices(Terminal terminal, RunForecast plan)
    {
        if (plan.Devices is not { } devices)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("device", "clients", "base", "rank", "layers", "up a round", "down a round", "on the wire", "needs", "has", "fits");
        foreach (var device in devices)
        {
            table.AddRow(new[]
            {
                device.Profile, Format.Count(device.Clients), $"{device.Model} {string.Join(", ", device.BaseTypes)}".TrimStart(), Limit(device.Rank), Limit(device.Layers),
                device.BytesUp is { } up ? Bytes(up) : "–", device.BytesDown is { } down ? Bytes(down) : "–", device.TransferSeconds is { } seconds ? Seconds(seconds) : "–",
                Format.Bytes(device.NeededBytes), device.MemoryBytes is { } has ? Format.Bytes(has) : "–",
                device.Fits == device.Clients ? "yes" : device.Fits == 0 ? "no" : $"{device.Fits} of {device.Clients}",
            }.Select(cell => new Text(cell)));
        }

        terminal.Results.Write(table);
        if (plan.TransferSeconds is { } all)
        {
            terminal.Results.WriteLine($"on the wire: {Seconds(all)} in all rounds, where each round counts as long as its slowest transfer");
        }
    }

    private static string Limit(int? limit) => limit is { } value ? Format.Count(value) : "all";

    private static string Seconds(SecondsFigure figure) =>
        figure.Min == figure.Max ? Format.Duration(figure.Min) : $"{Format.Duration(figure.Min)} … {Format.Duration(figure.Max)}";

    private static string Bytes(Figure figure) =>
        figure.Min == figure.Max ? Format.Bytes(figure.Min) : $"{Format.Bytes(figure.Min)} … {Format.Bytes(figure.Max)}";
}
