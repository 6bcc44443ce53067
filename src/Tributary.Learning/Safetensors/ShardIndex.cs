using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Safetensors;

/// <summary>The file <c>model.safetensors.index.json</c>: which shard holds which tensor.</summary>
internal sealed record ShardIndex(IReadOnlyDictionary<string, string> FileOfTensor)
{
    /// <summary>Name of the index in a model folder.</summary>
    public const string FileName = "model.safetensors.index.json";

    private const long MaxBytes = 256L << 20;

    /// <summary>Reads an index; every shard it names lies directly in the folder of the index.</summary>
    public static ShardIndex Read(string path)
    {
        try
        {
            if (FileLength.OfFilled(path) > MaxBytes)
            {
                throw new InputException($"{path}: an index of more than {MaxBytes >> 20} MB is refused");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(document.RootElement, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InputException($"{path}: not valid JSON: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {error.Message}", error);
        }
    }

    private static ShardIndex Parse(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"{path}: no object 'weight_map' that names the shard of each tensor");
        }

        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in map.EnumerateObject())
        {
            var file = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : string.Empty;
            if (!IsPlainName(file))
            {
                throw new InputException($"{path}: tensor '{property.Name}': '{file}' is not the name of a safetensors file in this folder");
            }

            if (!files.TryAdd(property.Name, file))
            {
                throw new InputException($"{path}: tensor '{property.Name}' stands twice in weight_map");
            }
        }

        return files.Count > 0 ? new ShardIndex(files) : throw new InputException($"{path}: weight_map is empty");
    }

    // Neither a path nor '..': an index from elsewhere must not reach outside its folder.
    private static bool IsPlainName(string file) =>
        file.EndsWith(".safetensors", StringComparison.Ordinal) && file.AsSpan().IndexOfAny("/\\:\0") < 0;
}
