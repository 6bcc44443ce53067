using System.Text.Json;
using Tributary.Federation.Results;

namespace Tributary.Federation.Tests.Results;

public class EventLogTests
{
    [Fact]
    public void A_round_is_one_line_that_can_be_read_while_the_log_is_open()
    {
        using var folder = new TemporaryFolder();
        using var log = EventLog.Open(folder.PathOf("run/events.jsonl"), TimeProvider.System);

        log.Started(new RunStarted("fedit", 2, 3, 0));
        log.Round(MadeUpRun.Create().Rounds[0]);

        var lines = Lines(folder.PathOf("run/events.jsonl"));
        lines.Length.ShouldBe(2);
        using var round = JsonDocument.Parse(lines[1]);
        round.RootElement.GetProperty("event").GetString().ShouldBe("round");
        round.RootElement.GetProperty("bytes_up").GetInt64().ShouldBe(10);
    }

    [Fact]
    public void A_half_line_left_by_a_kill_is_cut_off_on_opening()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("events.jsonl", "{\"event\":\"started\"}\n{\"event\":\"rou");
        using (var log = EventLog.Open(path, TimeProvider.System))
        {
            log.Stopped(new RunStopped(1, "interrupted"));
        }

        Lines(path).Length.ShouldBe(2);
        Lines(path)[1].ShouldContain("\"event\":\"stopped\"");
    }

    private static string[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
