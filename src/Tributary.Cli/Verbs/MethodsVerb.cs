using System.CommandLine;
using Spectre.Console;
using Tributary.Cli.Documents;
using Tributary.Cli.Shell;
using Tributary.Federation.Methods;

namespace Tributary.Cli.Verbs;

/// <summary><c>methods [ID] [--family F] [--json]</c>: the catalogue.</summary>
internal static class MethodsVerb
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("ID") { Description = "one method, part by part", Arity = ArgumentArity.ZeroOrOne };
        var family = new Option<string?>("--family") { Description = "only the methods of this family" };
        var json = Options.Json();
        var verb = new Command("methods", "the methods this build knows") { id, family, json };
        verb.SetAction(parsed =>
        {
            var name = parsed.GetValue(id);
            var found = name is not null ? [Catalogue.Find(name)] : parsed.GetValue(family) is { } wanted ? Catalogue.OfFamily(wanted) : Catalogue.All;
            IReadOnlyList<MethodDocument> documents = [.. found.Select(MethodDocument.Of)];
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(documents, CliJson.Default.IReadOnlyListMethodDocument);
            }
            else if (name is null)
            {
                terminal.Results.Write(List(found));
                terminal.Results.WriteLine("`tributary methods ID` tells more of one");
            }
            else
            {
                MethodPage.Write(terminal.Results, found[0]);
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Table List(IReadOnlyList<Method> methods)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "family", "what it is", "published", "basis");
        foreach (var method in methods)
        {
            table.AddRow(
                new Text(method.Id), new Text(method.Family), new Text(method.Summary), new Text(method.Paper is { } paper ? $"{paper.Authors} {paper.Year}, {paper.Reference}" : "–"),
                new Text(method.Paper is null ? "–" : MethodPage.InOneWord(method.Basis)));
        }

        return table;
    }
}
