using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.Layers;

/// <summary>The tensors of chosen blocks under the model's own names, in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class LayersFormat : IAdapterFormat
{
    public string Type => "LAYERS";

    public bool Writes(AdapterConfig config) => config is LayersConfig;

    public AdapterConfig Read(ConfigFields fields) =>
        new LayersConfig(fields.Integers("layers"), fields.Texts("names")) { TaskType = fields.Text("task_type") };

    public JsonObject Write(IAdapter adapter)
    {
        var config = (LayersConfig)adapter.Config;
        return new JsonObject { ["layers"] = config.Layers is { } layers ? new JsonArray([.. layers.Select(l => (JsonNode)l)]) : null, ["names"] = PeftFields.List(config.Names) };
    }
}
