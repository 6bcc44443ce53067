using System.Text.Json;

namespace Tributary.Cli.Tests.Verbs;

public class PlanVerbTests
{
    [SharedDataFact]
    public void The_plan_of_a_run_is_one_document_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = Experiment(folder);

        var outcome = BuiltTool.Run("plan", file, "--set", "training.rounds=3", "--json");

        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        var plan = document.RootElement;
        var trainable = plan.GetProperty("trainable").GetInt64();
        plan.GetProperty("per_round").GetProperty("bytes_up").GetInt64().ShouldBeGreaterThan(10 * sizeof(float) * trainable);
        plan.GetProperty("total").GetProperty("bytes_down").GetInt64().ShouldBe(3 * plan.GetProperty("per_round").GetProperty("bytes_down").GetInt64());
        var memory = plan.GetProperty("base_bytes").EnumerateObject().Select(p => (p.Name, Bytes: p.Value.GetInt64())).ToArray();
        memory.Select(m => m.Name).ShouldBe(["f32", "bf16", "int8", "nf4"]);
        memory[0].Bytes.ShouldBe(4 * 260_032);
        memory.ShouldBe(memory.OrderByDescending(m => m.Bytes));
        plan.GetProperty("clients").GetArrayLength().ShouldBe(10);
        plan.GetProperty("clients")[0].GetProperty("fits").GetBoolean().ShouldBeTrue();
        plan.GetProperty("clients")[0].GetProperty("memory_bytes").GetInt64().ShouldBeGreaterThan(1_000_000);
        plan.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        plan.GetProperty("shared_pass").GetProperty("clients").GetInt32().ShouldBe(1, "the model is small");
        plan.GetProperty("shared_pass").GetProperty("tokens_of_a_batch").GetInt32().ShouldBeGreaterThan(1);
        plan.GetProperty("refusals").GetArrayLength().ShouldBe(0);
        Directory.EnumerateFileSystemEntries(folder.Root).ShouldBe([file]);
        BuiltTool.Run("plan", file).Output.ShouldContain($"a client's batch has about {plan.GetProperty("shared_pass").GetProperty("tokens_of_a_batch").GetInt32()} tokens: each client passes the backbone alone");
    }

    [Fact]
    public void What_cannot_hold_together_is_in_the_document_and_the_verb_exits_with_2()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yaml", "model: m\ndata: { train: d }\nmethod: { base: fedit, codec: { down: { kind: deltas } } }\n");

        var outcome = BuiltTool.Run("plan", file, "--json");

        outcome.Code.ShouldBe(2, outcome.Error);
        outcome.Error.TrimEnd('\n').ShouldNotContain('\n');
        using var document = JsonDocument.Parse(outcome.Output);
        document.RootElement.GetProperty("refusals")[0].GetString()!.ShouldContain("deltas cannot go down");
        BuiltTool.Run("plan", file).ShouldBeRefused().ShouldContain("deltas cannot go down");
    }

    [Theory]
    [InlineData("training: { roundz: 3 }", "did you mean 'rounds'")]
    [InlineData("seed: -1", "seed")]
    public void What_cannot_be_read_is_in_the_document_too(string line, string says)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yaml", $"model: m\ndata: {{ train: d }}\nmethod: fedit\n{line}\n");

        var outcome = BuiltTool.Run("plan", file, "--json");

        outcome.Code.ShouldBe(2, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        document.RootElement.GetProperty("refusals").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldContain(says);
    }

    private static string Experiment(TemporaryFolder folder) => folder.Write("experiment.yaml", $$"""
        model: {{SharedData.PathOf("models", "stories260K-llama")}}
        data: { train: {{SharedData.PathOf("data", "instruction", "dolly", "10")}}/local_training_*.json, format: dolly }
        method: fedit
        """);
}
