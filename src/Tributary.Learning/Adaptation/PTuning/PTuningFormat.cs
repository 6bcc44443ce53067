using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Adaptation.VirtualTokens;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.PTuning;

/// <summary>P-tuning as PEFT writes it.</summary>
internal sealed class PTuningFormat : IAdapterFormat
{
    public string Type => "P_TUNING";

    public bool Writes(AdapterConfig config) => config is PTuningConfig;

    public AdapterConfig Read(ConfigFields fields)
    {
        var encoder = fields.Text("encoder_reparameterization_type") ?? "MLP";
        fields.Refuse(encoder != "MLP", $"encoder_reparameterization_type {encoder}", "MLP");
        fields.Refuse(fields.Number("encoder_dropout", 0) != 0, "encoder_dropout", "0");
        _ = fields.Integer("encoder_num_layers", 2);
        return new PTuningConfig(VirtualTokenFiles.Count(fields), fields.Has("encoder_hidden_size") ? fields.Integer("encoder_hidden_size", 0) : null) { TaskType = fields.Text("task_type") };
    }

    public (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file) =>
        VirtualTokenFiles.Load((VirtualTokenAdapter)config.Resolve(model, name)[0], () => ((PTuningConfig)config).AsTable(model, name), file);

    public IEnumerable<(string File, ParameterSet Tensors)> Files(IAdapter adapter, ParameterSet values) => VirtualTokenFiles.Of((VirtualTokenAdapter)adapter, values);

    public JsonObject Write(IAdapter adapter)
    {
        var fields = VirtualTokenFiles.Fields((VirtualTokenAdapter)adapter, forKeys: false);
        fields["encoder_dropout"] = PeftFields.Float(0);
        fields["encoder_hidden_size"] = ((PTuningConfig)adapter.Config).HiddenSize ?? ((VirtualTokenAdapter)adapter).Model.TokenEmbedding.Width;
        fields["encoder_num_layers"] = 2;
        fields["encoder_reparameterization_type"] = "MLP";
        return fields;
    }
}
