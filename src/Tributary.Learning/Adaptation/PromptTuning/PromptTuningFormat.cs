using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Adaptation.VirtualTokens;

namespace Tributary.Learning.Adaptation.PromptTuning;

/// <summary>Prompt tuning as PEFT writes it. The rows are read as they are, whatever they once began as.</summary>
internal sealed class PromptTuningFormat : IAdapterFormat
{
    public string Type => "PROMPT_TUNING";

    public bool Writes(AdapterConfig config) => config is PromptTuningConfig;

    public AdapterConfig Read(ConfigFields fields)
    {
        foreach (var name in (string[])["prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path"])
        {
            _ = fields.Text(name);
        }

        _ = fields.Has("tokenizer_kwargs");
        return new PromptTuningConfig(VirtualTokenFiles.Count(fields)) { TaskType = fields.Text("task_type") };
    }

    public JsonObject Write(IAdapter adapter)
    {
        var fields = VirtualTokenFiles.Fields((VirtualTokenAdapter)adapter, forKeys: false);
        fields["prompt_tuning_init"] = "RANDOM";
        fields["prompt_tuning_init_text"] = null;
        fields["tokenizer_kwargs"] = null;
        fields["tokenizer_name_or_path"] = null;
        return fields;
    }
}
