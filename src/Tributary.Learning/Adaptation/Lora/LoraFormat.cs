using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Learning.Adaptation.Formats;
using Tributary.Learning.Models;
using Tributary.Learning.Safetensors;
using Tributary.Learning.Tensors;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>LoRA as PEFT writes it.</summary>
internal sealed class LoraFormat : IAdapterFormat
{
    public string Type => "LORA";

    public bool Writes(AdapterConfig config) => config is LoraConfig;

    public AdapterConfig Read(ConfigFields fields)
    {
        RefuseChangedBase(fields);
        var single = fields.SingleText("target_modules");
        var isShorthand = string.Equals(single, "all-linear", StringComparison.OrdinalIgnoreCase);
        return new LoraConfig(
            fields.Integer("r", 8),
            fields.Number("lora_alpha", 8),
            fields.Number("lora_dropout", 0),
            isShorthand ? ["all-linear"] : fields.Texts("target_modules"),
            fields.Flag("use_rslora"),
            fields.Integers("layers_to_transform"),
            fields.Numbers<int>("rank_pattern"),
            fields.Numbers<double>("alpha_pattern"),
            fields.Texts("modules_to_save"),
            Bias(fields),
            isShorthand ? null : single,
            fields.Flag("use_dora"),
            fields.SingleText("layers_pattern") is { Length: > 0 } pattern ? [pattern] : fields.Texts("layers_pattern"))
        {
            TaskType = fields.Text("task_type"),
        };
    }

    public (IAdapter Adapter, ParameterSet Values) Load(AdapterConfig config, LanguageModel model, string name, SafetensorsFile file)
    {
        var adapter = new LoraAdapter((LoraConfig)config, model, name);
        var stored = new StoredTensors(file);
        IgnoreCopies(adapter, file, stored);

        // PEFT looks for the biases of adapted layers under a name that they do not have, so its files may lack them: they are then the base model's.
        var absent = adapter.Biases.Where(b => !stored.Has(b.Name)).ToHashSet();
        var values = stored.Read(adapter.Tensors.Where(t => !absent.Contains(t.Key)));
        return (adapter, absent.Count == 0 ? values : new ParameterSet(values.Concat(adapter.Initial(model, 0).Where(absent.Contains))));
    }

    public JsonObject Write(IAdapter adapter)
    {
        var (lora, config) = ((LoraAdapter)adapter, ((LoraAdapter)adapter).Config);
        var modules = lora.Sites.Select(s => s.Module);
        return new JsonObject
        {
            ["alpha_pattern"] = PeftFields.Object(config.AlphaPattern, PeftFields.Number),
            ["bias"] = config.Bias switch { LoraBias.All => "all", LoraBias.LoraOnly => "lora_only", _ => "none" },
            ["fan_in_fan_out"] = PeftFields.FanInFanOut(modules),
            ["init_lora_weights"] = true,
            ["layer_replication"] = null,
            ["layers_pattern"] = config.LayersPattern is [var one] ? one : PeftFields.List(config.LayersPattern),
            ["layers_to_transform"] = config.Layers is { Count: > 0 } layers ? new JsonArray([.. layers.Select(l => (JsonNode)l)]) : null,
            ["loftq_config"] = new JsonObject(),
            ["lora_alpha"] = PeftFields.Number(config.Alpha),
            ["lora_dropout"] = PeftFields.Float(config.Dropout),
            ["megatron_config"] = null,
            ["megatron_core"] = "megatron.core",
            ["modules_to_save"] = PeftFields.List(config.Save),
            ["r"] = config.Rank,
            ["rank_pattern"] = PeftFields.Object(config.RankPattern, rank => rank),
            ["target_modules"] = config.TargetPattern ?? (JsonNode?)(IsExplicit(config) ? PeftFields.List(config.Targets) : PeftFields.TargetsOf(modules)),
            ["use_dora"] = config.Dora,
            ["use_rslora"] = config.RankStabilised,
        };
    }

    private static bool IsExplicit(LoraConfig config) => config.Targets is not null && !config.Targets.Contains("all-linear", StringComparer.Ordinal);

    private static LoraBias Bias(ConfigFields fields) => fields.Text("bias") switch
    {
        null or "none" => LoraBias.None,
        "all" => LoraBias.All,
        "lora_only" => LoraBias.LoraOnly,
        _ => throw fields.Wrong("bias", "none, all or lora_only"),
    };

    // Other ways to begin (PiSSA, OLoRA, LoftQ…) leave a changed base model behind, which the folder does not hold.
    private static void RefuseChangedBase(ConfigFields fields)
    {
        if (fields.Has("init_lora_weights") && !fields.IsFlag("init_lora_weights"))
        {
            var how = fields.Text("init_lora_weights");
            fields.Refuse(how is not ("gaussian" or "orthogonal" or "eva"), $"init_lora_weights {how}", "ways to begin that leave the base weights as they are");
        }
    }

    // Copies of base weights: of adapted embeddings and output layers, and of what a saved module was before.
    private static void IgnoreCopies(LoraAdapter adapter, SafetensorsFile file, StoredTensors stored)
    {
        foreach (var site in adapter.Sites)
        {
            var copy = $"base_model.model.{site.Module.Path}.base_layer.weight";
            if (stored.Has(copy) && !file.ReadFloats(copy).AsSpan().SequenceEqual(site.Module.Weight.ReadValues()))
            {
                throw new InputException($"{file.Path}: {copy} is not the base model's weight: the adapter was made for another model, or with a changed vocabulary");
            }

            stored.Ignore(copy);
        }

        foreach (var name in stored.Names.Where(n => n.Contains(".original_module.", StringComparison.Ordinal)))
        {
            stored.Ignore(name);
        }
    }
}
