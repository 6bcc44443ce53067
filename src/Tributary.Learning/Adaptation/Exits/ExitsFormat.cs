using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.Exits;

/// <summary>Exits in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class ExitsFormat : IAdapterFormat
{
    public string Type => "EXITS";

    public bool Writes(AdapterConfig config) => config is ExitsConfig;

    public AdapterConfig Read(ConfigFields fields) => new ExitsConfig(fields.Integers("blocks")) { TaskType = fields.Text("task_type") };

    public JsonObject Write(IAdapter adapter) => new() { ["blocks"] = ((ExitsConfig)adapter.Config).Blocks is { } blocks ? new JsonArray([.. blocks.Select(number => (JsonNode)number)]) : null };
}
