using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.Bottleneck;

/// <summary>Bottlenecks whose settings name a published kind ("pfeiffer", "houlsby", "parallel"); read, never written.</summary>
internal sealed class NamedBottleneckFormat : IAdapterFormat
{
    private readonly BottleneckFormat tensors = new();

    public string Type => "pfeiffer, houlsby, parallel";

    public bool Reads(ConfigFields fields) => fields.Text("kind") is "pfeiffer" or "houlsby" or "parallel";

    public bool Writes(AdapterConfig config) => false;

    public AdapterConfig Read(ConfigFields fields)
    {
        _ = fields.Text("placement");
        var kind = fields.Text("kind") switch
        {
            "pfeiffer" => BottleneckConfig.Pfeiffer,
            "houlsby" => BottleneckConfig.Houlsby,
            _ => BottleneckConfig.Parallel,
        };
        return kind with
        {
            ReductionFactor = fields.Number("reduction_factor", kind.ReductionFactor),
            Size = fields.Has("bottleneck_size") ? fields.Integer("bottleneck_size", 0) : null,
            Activation = fields.Has("non_linearity") ? BottleneckFormat.Activation(fields, "non_linearity") : kind.Activation,
            Scaling = fields.Number("scaling", kind.Scaling),
        };
    }

    public (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file) =>
        ((IAdapterFormat)tensors).Load(config, model, name, file);
}
