using System.Text.Json;
using Tributary.Federation.Results;
using Tributary.Numerics;

namespace Tributary.Federation.Tests.Results;

public class RunResultFileTests
{
    [Fact]
    public void A_result_survives_writing_and_reading_to_the_byte()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.PathOf("result.json"), folder.PathOf("again.json"));

        RunResultFile.Write(first, MadeUpRun.Create());
        RunResultFile.Write(second, RunResultFile.Read(first));

        File.ReadAllBytes(second).ShouldBe(File.ReadAllBytes(first));
    }

    [Fact]
    public void The_document_has_the_names_that_scripts_rely_on()
    {
        using var folder = new TemporaryFolder();
        RunResultFile.Write(folder.PathOf("result.json"), MadeUpRun.Create());
        using var document = JsonDocument.Parse(File.ReadAllText(folder.PathOf("result.json")));
        var root = document.RootElement;

        Names(root).ShouldBe(
            ["schema", "tool_version", "kernel_set", "method", "basis", "seed", "config_hash", "subject", "initial", "rounds",
            "clients", "devices", "local", "pooled", "final", "samples", "warnings", "artifacts"]);
        Names(root.GetProperty("rounds")[0])
            .ShouldBe(["round", "cohort", "train_loss", "validation_loss", "bytes_up", "bytes_down", "value_bytes_up", "value_bytes_down", "seconds", "training", "transfer", "clock", "aggregation_error", "truncation_error"]);
        Names(root.GetProperty("clients")[0]).ShouldBe(["id", "examples", "metrics", "baseline"]);
        Names(root.GetProperty("final")).ShouldBe(
            ["metrics", "round", "gap_closed", "gap_closed_reason", "fairness", "bytes_up", "bytes_down", "value_bytes_up", "value_bytes_down", "seconds", "peak_rss_bytes"]);
        Names(root.GetProperty("final").GetProperty("fairness")).ShouldBe(["mean", "variance", "worst", "worst_tenth", "gap"]);
        Names(root.GetProperty("clients")[1].GetProperty("metrics")).ShouldBe(["accuracy", "loss"]);
        root.GetProperty("pooled").GetProperty("loss").GetDouble().ShouldBe(1.75);
    }

    [Fact]
    public void A_broken_document_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("result.json", "{\n  \"schema\": 1,\n  \"seed\": oops\n}");

        Should.Throw<InputException>(() => RunResultFile.Read(path)).Message.ShouldContain("line 3");
    }

    [Fact]
    public void A_document_without_a_required_field_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("result.json", "{ \"schema\": 1 }");

        Should.Throw<InputException>(() => RunResultFile.Read(path));
    }

    [Fact]
    public void A_document_of_another_schema_is_refused()
    {
        using var folder = new TemporaryFolder();
        RunResultFile.Write(folder.PathOf("result.json"), MadeUpRun.Create() with { Schema = 99 });

        Should.Throw<InputException>(() => RunResultFile.Read(folder.PathOf("result.json"))).Message.ShouldContain("schema 99");
    }

    [Fact]
    public void A_missing_document_is_refused() => Should.Throw<InputException>(() => RunResultFile.Read("/nowhere/result.json"));

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];
}
