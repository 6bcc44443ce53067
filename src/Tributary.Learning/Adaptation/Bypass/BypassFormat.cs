using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.Bypass;

/// <summary>A bypass in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class BypassFormat : IAdapterFormat
{
    public string Type => "BYPASS";

    public bool Writes(AdapterConfig config) => config is BypassConfig;

    public AdapterConfig Read(ConfigFields fields) => new BypassConfig(fields.Integer("r", 8), fields.Number("mixing", 0.5)) { TaskType = fields.Text("task_type") };

    public JsonObject Write(IAdapter adapter)
    {
        var config = (BypassConfig)adapter.Config;
        return new JsonObject { ["r"] = config.Rank, ["mixing"] = config.Mixing };
    }
}
