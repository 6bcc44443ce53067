using System.Globalization;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Federation.Ledger;
using Tributary.Federation.Methods;
using Tributary.Federation.Rounds;
using Tributary.Reports.Markup;

namespace Tributary.Cli.Verbs;

/// <summary>One method for a person: what it is, how far the original is known, its parts, what it costs and reveals, and how to run it.</summary>
internal static class MethodPage
{
    /// <summary>How far the original of a method is known, in a word.</summary>
    public static string InOneWord(Basis basis) => basis == Basis.Verified ? "as published" : "rebuilt";

    public static void Write(IAnsiConsole console, Method method)
    {
        var relative = MethodParts.NearestRelative(method);
        console.WriteLine($"{method.Name} ({method.Id}), family {method.Family}");
        console.WriteLine($"  {method.Summary}");
        console.WriteLine();
        foreach (var (name, text) in Facts(method, relative))
        {
            console.WriteLine($"  {name,-12} {text}");
        }

        console.WriteLine();
        console.Write(Parts(method, relative ?? method));
        if (relative is not null && MethodParts.Difference(method, relative).Count > 0)
        {
            console.WriteLine($"* differs from {relative.Id}");
        }

        Lines(console, "What a server learns of one client in a round", Disclosure.Of(method));
        Lines(console, "Bytes of a round", Bytes(method));
        Lines(console, "To run it", Commands(method));
    }

    private static IEnumerable<(string Name, string Text)> Facts(Method method, Method? relative)
    {
        yield return ("published", method.Paper is { } paper ? $"{paper.Authors} {paper.Year}, {paper.Reference}" : "a baseline, not a published method");
        if (method.Paper is not null)
        {
            yield return ("basis", method.Basis == Basis.Verified ? "the paper or the authors' code was read" : "a reconstruction: rebuilt from abstracts, surveys and other people's implementations");
        }

        if (method.Challenges.Count > 0)
        {
            yield return ("addresses", string.Join(", ", MethodDocument.Of(method).Challenges));
        }

        yield return ("relative", relative is null ? "none: the root of the family tree" : $"{relative.Id}, from which it differs in {Differing(method, relative)}");
    }

    private static string Differing(Method method, Method relative)
    {
        var parts = MethodParts.Difference(method, relative);
        return parts.Count == 0 ? "no part" : string.Join(", ", parts);
    }

    private static Table Parts(Method method, Method relative)
    {
        var differing = MethodParts.Difference(method, relative);
        var table = new Table().Border(TableBorder.Rounded).AddColumns("part", "choice");
        foreach (var (part, choice) in MethodParts.Of(method))
        {
            table.AddRow(new Text(differing.Contains(part) ? $"{part} *" : part), new Text(PartText.Of(choice)));
        }

        return table;
    }

    private static IEnumerable<string> Bytes(Method method)
    {
        if (TypicalTraffic.Of(method) is not { } bytes)
        {
            yield return "they depend on the adaptation: `tributary plan` counts them for an experiment";
            yield break;
        }

        var (least, most) = bytes;
        var root = TypicalTraffic.Of(Catalogue.FedIt)!.Value.Most;
        yield return $"up {Range(least.Up, most.Up)}, down {Range(least.Down, most.Down)} for each client";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"tensor data for {TypicalTraffic.Modules} matrices of {TypicalTraffic.Width} × {TypicalTraffic.Width} and {TypicalTraffic.Owners} clients, their mean; fedit: up {Format.Bytes(root.Up)}, down {Format.Bytes(root.Down)}");
    }

    private static string Range(double least, double most) => Format.Bytes(least) == Format.Bytes(most) ? Format.Bytes(most) : $"{Format.Bytes(least)} … {Format.Bytes(most)}";

    private static IEnumerable<string> Commands(Method method) =>
    [
        $"tributary run FILE.yaml --set method={method.Id}",
        $"tributary plan FILE.yaml --set method={method.Id}",
        $"tributary compare FILE.yaml --methods {(method.Id == Catalogue.FedIt.Id ? $"family:{method.Family}" : $"fedit,{method.Id}")}",
    ];

    private static void Lines(IAnsiConsole console, string heading, IEnumerable<string> lines)
    {
        console.WriteLine();
        console.WriteLine(heading);
        foreach (var line in lines)
        {
            console.WriteLine($"  {line}");
        }
    }
}
