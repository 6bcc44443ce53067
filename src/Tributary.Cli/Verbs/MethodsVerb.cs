using System.CommandLine;
using System.Text.Json.Nodes;
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
            else
            {
                terminal.Results.Write(name is null ? List(found) : Parts(documents[0]));
            }

            return ExitCode.Done;
        });
        return verb;
    }

    private static Table List(IReadOnlyList<Method> methods)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "what it is", "published");
        foreach (var method in methods)
        {
            table.AddRow(new Text(method.Id), new Text(method.Summary), new Text(method.Paper is { } paper ? $"{paper.Authors} {paper.Year}, {paper.Reference}" : "baseline"));
        }

        return table;
    }

    private static Table Parts(MethodDocument method)
    {
        var root = MethodDocument.Of(Catalogue.FedIt);
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{method.Name}: {method.Summary}")).AddColumns("part", "choice", "");
        foreach (var (part, choice) in method.Parts)
        {
            var same = JsonNode.DeepEquals(choice, root.Parts[part]);
            table.AddRow(new Text(part), new Text(PartText.Of(choice)), new Text(same ? "" : "differs from fedit"));
        }

        return table;
    }
}
