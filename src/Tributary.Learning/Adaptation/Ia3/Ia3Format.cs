using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;

namespace Tributary.Learning.Adaptation.Ia3;

/// <summary>(IA)³ as PEFT writes it.</summary>
internal sealed class Ia3Format : IAdapterFormat
{
    public string Type => "IA3";

    public bool Writes(AdapterConfig config) => config is Ia3Config;

    public AdapterConfig Read(ConfigFields fields)
    {
        _ = fields.Flag("init_ia3_weights", true);
        return new Ia3Config(
            fields.Texts("target_modules"), fields.Texts("feedforward_modules"), fields.Texts("modules_to_save"), fields.SingleText("target_modules"),
            fields.SingleText("feedforward_modules"))
        {
            TaskType = fields.Text("task_type"),
        };
    }

    public JsonObject Write(IAdapter adapter)
    {
        var (ia3, config) = ((Ia3Adapter)adapter, ((Ia3Adapter)adapter).Config);
        return new JsonObject
        {
            ["fan_in_fan_out"] = PeftFields.FanInFanOut(ia3.Sites.Select(s => s.Module)),
            ["feedforward_modules"] = config.FeedForwardPattern ?? (JsonNode?)PeftFields.List(ia3.FeedForward),
            ["init_ia3_weights"] = true,
            ["modules_to_save"] = PeftFields.List(config.Save),
            ["target_modules"] = config.TargetPattern ?? (JsonNode?)PeftFields.List(ia3.Targets),
        };
    }
}
