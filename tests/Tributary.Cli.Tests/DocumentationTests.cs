using System.Text.RegularExpressions;
using Tributary.Cli.Tests.Runs;

namespace Tributary.Cli.Tests;

/// <summary>What the pages show is what the tool takes.</summary>
public partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "your-own-data.md"));

    [Fact]
    public void The_experiment_on_the_page_can_be_planned_as_it_stands()
    {
        using var folder = new TemporaryFolder();
        TinyModel.Write(folder.PathOf("models/my-model"), context: 128);
        for (var clinic = 0; clinic < 2; clinic++)
        {
            folder.Write($"mine/clinics/{clinic}.jsonl", string.Concat(Enumerable.Repeat("{\"instruction\":\"what now?\",\"output\":\"rest\"}\n", 4)));
        }

        var yaml = string.Join('\n', Page[Page.IndexOf("    model: ", StringComparison.Ordinal)..].Split('\n').TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]));
        var outcome = BuiltTool.Run("plan", folder.Write("mine/experiment.yaml", yaml));

        outcome.Code.ShouldBe(0, outcome.Error);
    }

    [Fact]
    public void Every_key_in_the_table_is_known()
    {
        using var experiment = new TinyExperiment();
        TinyModel.Write(experiment.Model, context: 256);
        var keys = KeyCell().Matches(Page).SelectMany(cell => Key().Matches(cell.Value).Select(key => key.Groups[1].Value)).Where(key => key != "method").ToArray();
        keys.Length.ShouldBeGreaterThan(12);

        var outcome = BuiltTool.Run(["plan", experiment.File, .. keys.SelectMany(key => new[] { "--set", $"{key}={(key == "data.train" ? "data/*" : "null")}" })]);

        outcome.Code.ShouldBe(0, outcome.Error);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tributary.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    // The first cell of a row below the heading "key".
    [GeneratedRegex(@"(?<=\| key \|[\s\S]*\n)\| [^|]+\|")]
    private static partial Regex KeyCell();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Key();
}
