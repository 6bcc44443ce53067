using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Bottleneck;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.TensorTrain;

/// <summary>Tensor trains in the layout of an adapter folder; no other library has the kind.</summary>
internal sealed class TensorTrainFormat : IAdapterFormat
{
    public string Type => "TENSOR_TRAIN";

    public bool Writes(AdapterConfig config) => config is TensorTrainConfig;

    public AdapterConfig Read(ConfigFields fields) => new TensorTrainConfig(
        fields.Integer("size", 64), fields.Integer("rank", 5), fields.Integer("cores", 3), BottleneckFormat.Activation(fields, "activation"), fields.Integers("layers"))
    {
        TaskType = fields.Text("task_type"),
    };

    public JsonObject Write(IAdapter adapter)
    {
        var config = (TensorTrainConfig)adapter.Config;
        return new JsonObject
        {
            ["activation"] = config.Activation.ToString().ToLowerInvariant(),
            ["cores"] = config.Cores,
            ["layers"] = config.Layers is { } layers ? new JsonArray([.. layers.Select(l => (JsonNode)l)]) : null,
            ["rank"] = config.Rank,
            ["size"] = config.Size,
        };
    }
}
