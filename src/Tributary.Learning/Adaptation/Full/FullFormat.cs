using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.Full;

/// <summary>All tensors of the model under its own names, in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class FullFormat : IAdapterFormat
{
    public string Type => "FULL";

    public bool Writes(AdapterConfig config) => config is FullConfig;

    public AdapterConfig Read(ConfigFields fields) => new FullConfig { TaskType = fields.Text("task_type") };

    public JsonObject Write(IAdapter adapter) => [];
}
