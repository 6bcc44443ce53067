using System.Text;
using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Models;

/// <summary>Reads a model's config.json with errors that name the file and the field.</summary>
internal sealed class ConfigReader
{
    private const long LargestFile = 64L << 20;
    private readonly JsonElement root;
    private readonly string path;

    private ConfigReader(JsonElement root, string path) => (this.root, this.path) = (root, path);

    public static ConfigReader Open(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            throw new InputException(Directory.Exists(folder) ? $"{folder}: no config.json, so this is not a Hugging Face model folder" : $"no model folder {folder}");
        }

        try
        {
            return FileLength.OfFilled(path) <= LargestFile ? Parse(File.ReadAllText(path), path) : throw new InputException($"{path}: larger than {LargestFile >> 20} MB, which no model's settings are");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {error.Message}", error);
        }
    }

    public static ConfigReader Parse(string json, string path)
    {
        try
        {
            UnicodeJson.Require(Encoding.UTF8.GetBytes(json), path);
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ConfigReader(document.RootElement.Clone(), path)
                : throw new InputException($"{path}: expected a JSON object");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}: broken JSON at line {error.LineNumber + 1}", error);
        }
    }

    public int Positive(string name, int? fallback = null, int largest = 1 << 28)
    {
        var value = Integer(name, fallback);
        return value > 0 && value <= largest ? value : throw new InputException($"{path}: {name} is {value}, expected 1 to {largest}");
    }

    public int Integer(string name, int? fallback = null) =>
        !Has(name) ? fallback ?? throw Missing(name) : root.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : throw Wrong(name, "an integer");

    public int Index(string name, int fallback, int count) => Integer(name, fallback) is var value && (uint)value < (uint)count ? value : throw Wrong(name, $"from 0 to {count - 1}");

    public int? OptionalInteger(string name) => Has(name) && root.GetProperty(name).ValueKind == JsonValueKind.Number ? Integer(name) : null;

    public float Number(string name, float fallback) =>
        !Has(name) ? fallback
        : root.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.GetSingle() is var value && float.IsFinite(value) ? value
        : throw Wrong(name, "a finite number");

    public float PositiveNumber(string name, float fallback) => Number(name, fallback) is > 0 and var value ? value : throw Wrong(name, "a number above 0");

    public bool IsNull(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public bool Flag(string name, bool fallback) => !Has(name) ? fallback : root.GetProperty(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "true or false"),
    };

    public string Text(string name, string? fallback = null) =>
        !Has(name) ? fallback ?? throw Missing(name) : root.GetProperty(name).ValueKind == JsonValueKind.String ? root.GetProperty(name).GetString()! : throw Wrong(name, "a text");

    public IReadOnlyList<string> Texts(string name) =>
        !Has(name) ? [] : root.GetProperty(name).ValueKind == JsonValueKind.Array
            ? [.. root.GetProperty(name).EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw Wrong(name, "a list of texts"))]
            : throw Wrong(name, "a list of texts");

    public ConfigReader? Object(string name) =>
        !Has(name) ? null : root.GetProperty(name).ValueKind == JsonValueKind.Object ? new ConfigReader(root.GetProperty(name), $"{path}: {name}") : throw Wrong(name, "an object");

    public int Count() => root.EnumerateObject().Count();

    public InputException Wrong(string name, string expected) => new($"{path}: {name} should be {expected}");

    private bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private InputException Missing(string name) => new($"{path}: {name} is missing");
}
