using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.PrefixTuning;

/// <summary>Prefix tuning as PEFT writes it.</summary>
internal sealed class PrefixTuningFormat : IAdapterFormat
{
    public string Type => "PREFIX_TUNING";

    public bool Writes(AdapterConfig config) => config is PrefixTuningConfig;

    public AdapterConfig Read(ConfigFields fields)
    {
        var hidden = fields.Integer("encoder_hidden_size", 0);
        return new PrefixTuningConfig(VirtualTokenFiles.Count(fields), fields.Flag("prefix_projection") ? hidden : null) { TaskType = fields.Text("task_type") };
    }

    public (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file) =>
        VirtualTokenFiles.Load((VirtualTokenAdapter)config.Resolve(model, name)[0], () => ((PrefixTuningConfig)config).AsTable(model, name), file);

    public IEnumerable<(string File, ParameterSet Tensors)> Files(IAdapter adapter, ParameterSet values) => VirtualTokenFiles.Of((VirtualTokenAdapter)adapter, values);

    public JsonObject Write(IAdapter adapter)
    {
        var (prefix, config) = ((VirtualTokenAdapter)adapter, (PrefixTuningConfig)adapter.Config);
        var fields = VirtualTokenFiles.Fields(prefix, forKeys: true);
        fields["encoder_hidden_size"] = config.ProjectionHiddenSize ?? prefix.Model.Shape.KeyValueWidth;
        fields["prefix_projection"] = config.ProjectionHiddenSize is not null;
        return fields;
    }
}
