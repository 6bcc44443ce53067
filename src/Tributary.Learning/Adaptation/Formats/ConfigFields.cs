using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Numerics;

namespace Tributary.Learning.Adaptation.Formats;

/// <summary>The fields of an adapter_config.json, with errors that name the file and the field. Fields that nobody asked for and that say something are refused.</summary>
internal sealed class ConfigFields
{
    // What folders say of their making or for other programs, without a bearing on the numbers.
    private static readonly string[] Inert =
    [
        "auto_mapping", "base_model_name_or_path", "fan_in_fan_out", "inference_mode", "megatron_core", "peft_type", "peft_version", "qalora_group_size", "revision",
        "runtime_config", "task_type",
    ];

    private const long LargestFile = 1 << 20;

    private readonly JsonObject root;
    private readonly string path;
    private readonly HashSet<string> known = new(Inert, StringComparer.Ordinal);

    private ConfigFields(JsonObject root, string path) => (this.root, this.path) = (root, path);

    /// <summary>Opens the file of a folder.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static ConfigFields Open(string folder)
    {
        var path = Path.Combine(folder, AdapterFolder.ConfigFile);
        if (!File.Exists(path))
        {
            throw new InputException(Directory.Exists(folder) ? $"{folder}: no {AdapterFolder.ConfigFile}, so this is not an adapter folder" : $"no adapter folder {folder}");
        }

        try
        {
            if (FileLength.OfFilled(path) > LargestFile)
            {
                throw new InputException($"{path}: larger than {LargestFile >> 20} MB, which no adapter's settings are");
            }

            var text = File.ReadAllText(path);
            UnicodeJson.Require(Encoding.UTF8.GetBytes(text), path);
            var node = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return node is JsonObject root ? new ConfigFields(root, path) : throw new InputException($"{path}: expected a JSON object");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}: broken JSON at line {error.LineNumber + 1}", error);
        }
    }

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => Node(name) is not null;

    /// <summary>True when the field is true or false.</summary>
    public bool IsFlag(string name) => Node(name)?.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    /// <summary>A text.</summary>
    public string? Text(string name) => Value<string>(name, "a text", null);

    /// <summary>A whole number.</summary>
    public int Integer(string name, int fallback) => Value<int>(name, "a whole number") ?? fallback;

    /// <summary>A number.</summary>
    public double Number(string name, double fallback) => Value<double>(name, "a number") ?? fallback;

    /// <summary>true or false.</summary>
    public bool Flag(string name, bool fallback = false) => Value<bool>(name, "true or false") ?? fallback;

    /// <summary>A list of texts, sorted (PEFT writes sets); null when the field is absent or one text.</summary>
    public IReadOnlyList<string>? Texts(string name) =>
        Node(name) is JsonArray array ? [.. array.Select(n => Of<string>(n, name, "a list of texts")).Order(StringComparer.Ordinal)] : null;

    /// <summary>The field's text, when it is one text and not a list.</summary>
    public string? SingleText(string name) => Node(name) is JsonArray ? null : Text(name);

    /// <summary>One whole number or a list of them.</summary>
    public IReadOnlyList<int>? Integers(string name) => Node(name) switch
    {
        null => null,
        JsonArray array => [.. array.Select(n => Of<int>(n, name, "a list of whole numbers"))],
        var one => [Of<int>(one, name, "a list of whole numbers")],
    };

    /// <summary>Numbers by text; null when there are none.</summary>
    public IReadOnlyDictionary<string, T>? Numbers<T>(string name)
        where T : struct => Node(name) switch
        {
            null => null,
            JsonObject { Count: 0 } => null,
            JsonObject items => items.ToDictionary(p => p.Key, p => Of<T>(p.Value, name, "numbers by pattern"), StringComparer.Ordinal),
            _ => throw Wrong(name, "numbers by pattern"),
        };

    /// <summary>The fields of an object in a field; null when it is absent.</summary>
    public ConfigFields? Below(string name) => Node(name) switch
    {
        null => null,
        JsonObject below => new ConfigFields(below, $"{path}: {name}"),
        _ => throw Wrong(name, "an object"),
    };

    /// <summary>Refuses a value that this build knows of but does not support.</summary>
    public void Refuse(bool when, string what, string supported)
    {
        if (when)
        {
            throw new UnsupportedAdapterException(path, $"{what} is not supported by this build (supported: {supported})");
        }
    }

    /// <summary>Refuses fields that nobody asked for, unless they say nothing (null, false, empty).</summary>
    public void RefuseOthers()
    {
        foreach (var (name, node) in root)
        {
            Refuse(!known.Contains(name) && SaysSomething(node), $"{name} = {node?.ToJsonString()}", "leave it out, or at null");
        }
    }

    /// <summary>An error about a field's value.</summary>
    public InputException Wrong(string name, string expected) => new($"{path}: {name} should be {expected}");

    private static bool SaysSomething(JsonNode? node) => node switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject items => items.Count > 0,
        _ => node.GetValueKind() != JsonValueKind.False && node.ToJsonString() != "\"\"",
    };

    private JsonNode? Node(string name)
    {
        known.Add(name);
        return root[name];
    }

    private T? Value<T>(string name, string expected)
        where T : struct => Node(name) is { } node ? Of<T>(node, name, expected) : null;

    private T? Value<T>(string name, string expected, T? fallback)
        where T : class => Node(name) is { } node ? Of<T>(node, name, expected) : fallback;

    private T Of<T>(JsonNode? node, string name, string expected) => node is JsonValue value && value.TryGetValue<T>(out var found) ? found : throw Wrong(name, expected);
}
