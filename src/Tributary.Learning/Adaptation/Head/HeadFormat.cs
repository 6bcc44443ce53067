using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.Head;

/// <summary>The tensors of the output layer under the model's own names, in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class HeadFormat : IAdapterFormat
{
    public string Type => "HEAD";

    public bool Writes(AdapterConfig config) => config is HeadConfig;

    public AdapterConfig Read(ConfigFields fields) => new HeadConfig { TaskType = fields.Text("task_type") };

    public JsonObject Write(IAdapter adapter) => [];
}
