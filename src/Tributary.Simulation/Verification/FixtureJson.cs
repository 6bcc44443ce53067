using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Simulation.Verification;

/// <summary>Reads the JSON of fixtures.</summary>
internal static class FixtureJson
{
    /// <summary>The document's root; independent of the file afterwards.</summary>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static JsonElement Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new InputException($"{path} is not a readable JSON file: {error.Message}", error);
        }
    }

    /// <summary>True when the path is a JSON file whose root is an object with all these keys.</summary>
    public static bool HasKeys(string path, params ReadOnlySpan<string> keys)
    {
        if (!path.EndsWith(".json", StringComparison.Ordinal) || !File.Exists(path))
        {
            return false;
        }

        var root = Load(path);
        foreach (var key in keys)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(key, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The member, or null when it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A number, or the fallback when the member is missing or null.</summary>
    public static double Number(this JsonElement element, string key, double fallback) => element.Find(key)?.GetDouble() ?? fallback;

    /// <summary>All numbers of a nested array, in order.</summary>
    public static double[] Numbers(this JsonElement element)
    {
        var values = new List<double>();
        Collect(element, values);
        return [.. values];
    }

    /// <summary>The rows of a two-dimensional array.</summary>
    public static double[][] Rows(this JsonElement element) => [.. element.EnumerateArray().Select(Numbers)];

    /// <summary>The rows of a two-dimensional array of whole numbers.</summary>
    public static int[][] IntegerRows(this JsonElement element) => [.. element.EnumerateArray().Select(Integers)];

    /// <summary>A one-dimensional array of whole numbers.</summary>
    public static int[] Integers(this JsonElement element) => [.. element.EnumerateArray().Select(v => v.GetInt32())];

    /// <summary>The sizes of a regular nested array, outermost first.</summary>
    public static int[] Shape(this JsonElement element)
    {
        var sizes = new List<int>();
        for (var at = element; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            sizes.Add(at.GetArrayLength());
            if (sizes[^1] == 0)
            {
                break;
            }
        }

        return [.. sizes];
    }

    private static void Collect(JsonElement element, List<double> values)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, values);
            }
        }
        else
        {
            values.Add(element.GetDouble());
        }
    }
}
