using System.Globalization;
using System.Text.Json;

namespace Tributary.Cli.Tests.Runs;

/// <summary>Memory of real runs as the system counts it, the same data divided among one client and among a hundred that all take part.</summary>
public sealed class RunMemoryTests : IDisposable
{
    private const int Some = 10;
    private const int Clients = 100;
    private readonly TemporaryFolder folder = new();

    [SharedDataFact]
    public void A_hundred_clients_take_little_more_than_one_and_about_what_the_plan_says()
    {
        var file = folder.Write("experiment.yaml", $$"""
            model: {{SharedData.PathOf("models", "stories260K-llama")}}
            data: { train: {{SharedData.PathOf("data", "text", "tinyshakespeare", "input.txt")}}, format: text, partition: { kind: iid, clients: 1 }, validation: 0.05 }
            method: fedit
            adaptation: { lora: { rank: 8, alpha: 16, targets: [q_proj, v_proj] } }
            training: { rounds: 1, local_steps: 1, batch_size: 8, max_length: 256, optimizer: { adamw: { lr: 1.0e-3 } } }
            backend: { threads: 2 }
            """);

        var (one, planOne, trainable) = Measure(file, 1);
        var (some, planSome, _) = Measure(file, Some);
        var (many, planMany, _) = Measure(file, Clients);

        // Adapter and two moments in single precision for each client more, a tenth beside, and 20 MB.
        var allowed = ((Clients - 1) * 1.1 * trainable * 3 * sizeof(float)) + 20e6;
        ((double)(many - one)).ShouldBeLessThan(allowed);
        ((double)planOne / one).ShouldBeInRange(0.9, 1.1, $"planned {planOne}, taken {one}");
        ((double)planSome / some).ShouldBeInRange(0.9, 1.1, $"planned {planSome}, taken {some}");
        ((double)planMany / many).ShouldBeInRange(0.9, 1.1, $"planned {planMany}, taken {many}");
    }

    public void Dispose() => folder.Dispose();

    private (long Taken, long Planned, long Trainable) Measure(string file, int clients)
    {
        string[] settings = ["--set", string.Create(CultureInfo.InvariantCulture, $"data.partition.clients={clients}"), "--json"];
        var plan = Document(BuiltTool.Run(["plan", file, .. settings]));
        var run = Document(BuiltTool.Run(["run", file, "--out", folder.PathOf($"out{clients}"), .. settings]));
        run.GetProperty("clients").GetArrayLength().ShouldBe(clients);
        return (run.GetProperty("final").GetProperty("peak_rss_bytes").GetInt64(), plan.GetProperty("memory_bytes").GetInt64(), plan.GetProperty("trainable").GetInt64());
    }

    private static JsonElement Document(Outcome outcome)
    {
        outcome.Code.ShouldBe(0, outcome.Error);
        using var document = JsonDocument.Parse(outcome.Output);
        return document.RootElement.Clone();
    }
}
