using System.Globalization;

namespace Tributary.Cli.Tests.Runs;

/// <summary>A folder with a tiny model, four owners' files and an experiment of three rounds with two steps each.</summary>
internal sealed class TinyExperiment : IDisposable
{
    private const int Owners = 4;
    private const int Rows = 12;
    private readonly TemporaryFolder folder = new();

    public TinyExperiment(string changes = "")
    {
        TinyModel.Write(Model);
        for (var owner = 0; owner < Owners; owner++)
        {
            folder.Write($"data/owner{owner}.jsonl", string.Concat(Enumerable.Range(0, Rows).Select(row => Row(owner, row))));
        }

        File = folder.Write("experiment.yaml", Yaml + changes);
    }

    public string Root => folder.Root;

    public string Model => folder.PathOf("model");

    public string File { get; }

    public string Data(int owner) => folder.PathOf($"data/owner{owner}.jsonl");

    public RunOutput Output(string name = "out") => new(folder.PathOf(name));

    /// <summary>Replaces a text of the experiment file, which must be there.</summary>
    public void Change(string before, string after)
    {
        var text = System.IO.File.ReadAllText(File);
        text.ShouldContain(before);
        System.IO.File.WriteAllText(File, text.Replace(before, after, StringComparison.Ordinal));
    }

    public Outcome Run(string output = "out", params string[] arguments) => BuiltTool.Run(["run", File, "--out", folder.PathOf(output), .. arguments]);

    /// <summary>Runs to the end, which must succeed.</summary>
    public RunOutput Finished(string output = "out", params string[] arguments)
    {
        var outcome = Run(output, arguments);
        outcome.Code.ShouldBe(0, outcome.Error);
        return Output(output);
    }

    public void Dispose() => folder.Dispose();

    private static string Row(int owner, int row) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"instruction":"say {{row}} of {{owner}}","context":"","response":"{{(char)('a' + owner)}}{{row * 7 % 10}}!"}{{'\n'}}""");

    private const string Yaml = """
        model: model
        data:
          train: data/owner*.jsonl
          format: dolly
          template: plain
          partition: { kind: files }
          validation: 0.25
          local_baseline: true
          pooled_baseline: true
        method: fedit
        adaptation: { lora: { rank: 2, alpha: 4, dropout: 0.1, targets: [q_proj, v_proj] } }
        training: { rounds: 3, cohort: 4, local_steps: 2, batch_size: 2, max_length: 48, optimizer: { adamw: { lr: 1.0e-2 } } }
        backend: { threads: 2 }
        seed: 5

        """;
}
