using System.Text.Json.Nodes;

namespace Tributary.Cli.Tests.Runs;

/// <summary>What a run left in its folder.</summary>
internal sealed record RunOutput(string Root)
{
    private static readonly string[] Volatile = ["seconds", "peak_rss_bytes"];

    public string Adapter => Path.Combine(Root, "adapter");

    public string Journal => Path.Combine(Root, "state", "server", "journal.jsonl");

    public byte[] AdapterBytes => File.ReadAllBytes(Path.Combine(Adapter, "adapter_model.safetensors"));

    public bool IsFinished => File.Exists(Path.Combine(Root, "result.json"));

    public JsonNode Result => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "result.json")))!;

    /// <summary>The result document without the keys that may differ between two equal runs.</summary>
    public string StableResult => Stable(Result).ToJsonString();

    /// <summary>A document without the keys that may differ between two equal runs.</summary>
    public static string Stable(string file) => Stable(JsonNode.Parse(File.ReadAllText(file))!).ToJsonString();

    /// <summary>The rounds that the event log tells, in its order.</summary>
    public int[] LoggedRounds =>
    [
        .. File.ReadLines(Path.Combine(Root, "events.jsonl")).Select(line => JsonNode.Parse(line)!)
            .Where(line => (string)line["event"]! == "round").Select(line => (int)line["round"]!),
    ];

    public string[] Files => Directory.Exists(Root) ? [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)] : [];

    /// <summary>Holds two runs to be the same but for clocks and memory.</summary>
    public void ShouldEqual(RunOutput other)
    {
        StableResult.ShouldBe(other.StableResult);
        AdapterBytes.ShouldBe(other.AdapterBytes);
        LoggedRounds.ShouldBe(other.LoggedRounds);
        Files.ShouldNotContain(file => file.EndsWith(".partial", StringComparison.Ordinal));
    }

    private static JsonNode Stable(JsonNode node)
    {
        switch (node)
        {
            case JsonObject document:
                foreach (var key in Volatile)
                {
                    document.Remove(key);
                }

                foreach (var (_, child) in document.Where(pair => pair.Value is not null).ToArray())
                {
                    Stable(child!);
                }

                break;
            case JsonArray list:
                foreach (var item in list.Where(item => item is not null).ToArray())
                {
                    Stable(item!);
                }

                break;
        }

        return node;
    }
}
