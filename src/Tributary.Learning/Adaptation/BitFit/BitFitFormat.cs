using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Adaptation.Whole;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;

namespace Tributary.Learning.Adaptation.BitFit;

/// <summary>The trained tensors under the model's own names, with a note which they are, in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class BitFitFormat : IAdapterFormat
{
    public string Type => "BITFIT";

    public bool Writes(AdapterConfig config) => config is BitFitConfig;

    public AdapterConfig Read(ConfigFields fields)
    {
        // A note in words; what is trained is what the file holds.
        _ = fields.Text("trainable");
        return new BitFitConfig { TaskType = fields.Text("task_type") };
    }

    public (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file)
    {
        var stored = new StoredTensors(file);
        var adapter = new WholeTensors(config, model.Tensors.Where(t => stored.Has(t.Key.Name)), name);
        return (adapter, stored.Read(adapter.Tensors));
    }

    public JsonObject Write(IAdapter adapter) =>
        new() { ["trainable"] = adapter.Config.TaskType is "SEQ_CLS" or "TOKEN_CLS" ? "names ending in 'bias'; the classifier" : "names ending in 'bias'" };
}
