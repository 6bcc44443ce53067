using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.LoraExperts;

/// <summary>A mixture of LoRA experts in the layout of an adapter folder; PEFT has no such kind.</summary>
internal sealed class LoraExpertsFormat : IAdapterFormat
{
    public string Type => "LORA_EXPERTS";

    public bool Writes(AdapterConfig config) => config is LoraExpertsConfig;

    public AdapterConfig Read(ConfigFields fields) => new LoraExpertsConfig(
        fields.Integer("num_experts", 8), fields.Integer("r", 8), fields.Number("lora_alpha", 16), fields.Number("lora_dropout", 0), fields.Integer("top_k", 2), fields.Texts("target_modules"))
    {
        Held = fields.Texts("held"),
        TaskType = fields.Text("task_type"),
    };

    public JsonObject Write(IAdapter adapter)
    {
        var config = (LoraExpertsConfig)adapter.Config;
        return new JsonObject
        {
            ["held"] = PeftFields.List(config.Held),
            ["lora_alpha"] = config.Alpha,
            ["lora_dropout"] = config.Dropout,
            ["num_experts"] = config.Experts,
            ["r"] = config.Rank,
            ["target_modules"] = PeftFields.List(config.Targets),
            ["top_k"] = config.Top,
        };
    }
}
