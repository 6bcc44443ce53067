using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Lora;

/// <summary>adapter_config.json of a PEFT LoRA folder.</summary>
public static class PeftConfigFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "adapter_config.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InputException">The file is missing, damaged, or uses what this build does not support (named).</exception>
    public static LoraConfig Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new InputException(Directory.Exists(folder) ? $"{folder}: no {FileName}, so this is not a PEFT adapter folder" : $"no adapter folder {folder}");
        }

        JsonObject root;
        try
        {
            root = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new InputException($"{path}: expected a JSON object");
            return Parse(root, path);
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}: broken JSON at line {error.LineNumber + 1}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or OverflowException)
        {
            throw new InputException($"{path}: a field has the wrong type ({error.Message})", error);
        }
    }

    /// <summary>Writes the settings as PEFT does, with the targets that were resolved.</summary>
    public static string Write(LoraConfig config, string baseModel, bool inputsFirst, IReadOnlyList<string> targets)
    {
        var root = new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(config.AlphaPattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = inputsFirst,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layer_replication"] = null,
            ["layers_pattern"] = null,
            ["layers_to_transform"] = config.Layers.Count == 0 ? null : new JsonArray([.. config.Layers.Select(l => (JsonNode)l)]),
            ["lora_alpha"] = Number(config.Alpha),
            ["lora_dropout"] = config.Dropout,
            ["modules_to_save"] = config.ModulesToSave.Count == 0 ? null : new JsonArray([.. config.ModulesToSave.Select(m => (JsonNode)m)]),
            ["peft_type"] = "LORA",
            ["r"] = config.Rank,
            ["rank_pattern"] = new JsonObject(config.RankPattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["revision"] = null,
            ["target_modules"] = config.TargetIsPattern ? config.TargetModules[0] : new JsonArray([.. targets.Select(t => (JsonNode)t)]),
            ["task_type"] = config.TaskType,
            ["use_dora"] = false,
            ["use_rslora"] = config.RankStabilised,
        };
        return root.ToJsonString(Indented) + "\n";
    }

    private static LoraConfig Parse(JsonObject root, string path)
    {
        var kind = (string?)root["peft_type"] ?? throw new InputException($"{path}: peft_type is missing");
        Refuse(path, kind != "LORA", $"peft_type {kind}", "LORA");
        Refuse(path, (bool?)root["use_dora"] == true, "use_dora", "plain or rank-stabilised LoRA");
        Refuse(path, ((string?)root["bias"] ?? "none") != "none", $"bias {root["bias"]}", "bias none");
        Refuse(path, root["layer_replication"] is not null, "layer_replication", "no replication");
        Refuse(path, root["megatron_config"] is not null, "megatron_config", "no megatron");
        var targets = root["target_modules"];
        var isText = targets is JsonValue;
        return new LoraConfig
        {
            Rank = (int?)root["r"] ?? 8,
            Alpha = (double?)root["lora_alpha"] ?? 8,
            Dropout = (float?)root["lora_dropout"] ?? 0,
            RankStabilised = (bool?)root["use_rslora"] ?? false,
            TargetModules = targets is null ? [] : isText ? [(string)targets!] : Texts(targets),
            TargetIsPattern = isText && (string)targets! != "all-linear",
            RankPattern = Pattern(root["rank_pattern"], n => (int)n),
            AlphaPattern = Pattern(root["alpha_pattern"], n => (double)n),
            Layers = Layers(root["layers_to_transform"]),
            ModulesToSave = root["modules_to_save"] is { } saved ? Texts(saved) : [],
            TaskType = (string?)root["task_type"],
        };
    }

    private static IReadOnlyList<int> Layers(JsonNode? node) => node switch
    {
        null => [],
        JsonArray array => [.. array.Select(n => (int)n!)],
        _ => [(int)node],
    };

    private static string[] Texts(JsonNode node) => [.. node.AsArray().Select(n => (string?)n ?? "").Order(StringComparer.Ordinal)];

    private static Dictionary<string, T> Pattern<T>(JsonNode? node, Func<JsonNode, T> read) =>
        (node as JsonObject)?.ToDictionary(p => p.Key, p => read(p.Value!), StringComparer.Ordinal) ?? [];

    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e9 ? (int)value : value;

    private static void Refuse(string path, bool when, string what, string supported)
    {
        if (when)
        {
            throw new InputException($"{path}: {what} is not supported by this build (supported: {supported})");
        }
    }
}
