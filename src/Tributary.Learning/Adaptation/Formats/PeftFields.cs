using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tributary.Learning.Models.Modules;

namespace Tributary.Learning.Adaptation.Formats;

/// <summary>Writes adapter_config.json as PEFT does: keys in order, two spaces, numbers as Python prints them.</summary>
internal static class PeftFields
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>The whole text: the kind's fields and those that every kind has.</summary>
    public static string Text(JsonObject fields, string type, string? taskType, string baseModel)
    {
        fields["auto_mapping"] = null;
        fields["base_model_name_or_path"] = baseModel;
        fields["inference_mode"] = true;
        fields["peft_type"] = type;
        fields["revision"] = null;
        fields["task_type"] = taskType;
        return Text(fields);
    }

    /// <summary>The text of these fields alone.</summary>
    public static string Text(JsonObject fields) => Sorted(fields).ToJsonString(Indented) + "\n";

    /// <summary>The same fields, keys in order.</summary>
    public static JsonObject Sorted(JsonObject fields) => new(fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));

    /// <summary>A set of texts as a list, sorted; null when there is none.</summary>
    public static JsonArray? List(IEnumerable<string>? texts) => texts is null ? null : new JsonArray([.. texts.Order(StringComparer.Ordinal).Select(t => (JsonNode)t)]);

    /// <summary>Numbers by text.</summary>
    public static JsonObject Object<T>(IReadOnlyDictionary<string, T>? items, Func<T, JsonNode> value) =>
        new(items?.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)value(p.Value))) ?? []);

    /// <summary>A number that is whole where it can be.</summary>
    public static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e9 ? (int)value : value;

    /// <summary>A number with a decimal point or an exponent.</summary>
    public static JsonNode Float(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text)!;
    }

    /// <summary>PEFT's one flag for all layers: how the last of them stores its weight. Readers must go by the kind of each layer.</summary>
    public static bool FanInFanOut(IEnumerable<IWeightedModule> modules) => modules.OfType<Linear>().LastOrDefault() is { Weight.InputsFirst: true };

    /// <summary>The ends of paths that stand for these modules, for settings that named none.</summary>
    public static JsonArray TargetsOf(IEnumerable<IWeightedModule> modules) =>
        List(modules.Select(m => ModulePaths.End(m.Path)).Distinct(StringComparer.Ordinal))!;
}
