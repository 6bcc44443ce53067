using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Learning.Tokenizers.Files;

/// <summary>A JSON value together with the file and place it stands at, so that every complaint can say where.</summary>
internal readonly record struct JsonPlace(JsonElement Element, string File, string Path)
{
    private const long MaxBytes = 512L << 20;

    /// <summary>Reads a whole file as JSON.</summary>
    /// <exception cref="InputException">It cannot be read, is too large, or is broken; the message names the line.</exception>
    public static JsonPlace Read(string file)
    {
        try
        {
            var length = FileLength.Of(file);
            if (length > MaxBytes)
            {
                throw new InputException($"{file}: larger than {MaxBytes >> 20} MB, which no tokenizer file is");
            }

            using var document = JsonDocument.Parse(length == 0 ? [] : System.IO.File.ReadAllBytes(file));
            return new JsonPlace(document.RootElement.Clone(), file, string.Empty);
        }
        catch (JsonException error)
        {
            throw new InputException($"{file}: broken JSON at line {error.LineNumber + 1}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {file}: {error.Message}", error);
        }
    }

    /// <summary>Reads a file, or gives null when there is none.</summary>
    public static JsonPlace? ReadIfThere(string file) => System.IO.File.Exists(file) ? Read(file) : null;

    /// <summary>The property, or null when it is absent or JSON null.</summary>
    public JsonPlace? Find(string name) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? new JsonPlace(value, File, Path.Length == 0 ? name : $"{Path}.{name}")
            : null;

    /// <summary>The property, which has to be there.</summary>
    public JsonPlace Require(string name) => Find(name) ?? throw Complaint($"field '{name}' is missing");

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonPlace> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            throw Complaint($"expected a list, found {Element.ValueKind}");
        }

        var (file, path) = (File, Path);
        return Element.EnumerateArray().Select((item, index) => new JsonPlace(item, file, $"{path}[{index}]"));
    }

    /// <summary>The properties of an object.</summary>
    public IEnumerable<(string Name, JsonPlace Value)> Properties()
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            throw Complaint($"expected an object, found {Element.ValueKind}");
        }

        var (file, path) = (File, Path);
        return Element.EnumerateObject().Select(p => (NameOf(p, file, path), new JsonPlace(p.Value, file, path)));
    }

    /// <summary>A text.</summary>
    public string Text()
    {
        if (Element.ValueKind != JsonValueKind.String)
        {
            throw Complaint($"expected a text, found {Element.ValueKind}");
        }

        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw Complaint($"not a text: {error.Message}");
        }
    }

    /// <summary>A whole number.</summary>
    public long Number() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out var value) ? value : throw Complaint("expected a whole number");

    /// <summary>A whole number from 0 on that an array could have as length.</summary>
    public int Count() => Number() is >= 0 and <= int.MaxValue and var count ? (int)count : throw Complaint("out of range");

    /// <summary>A number; what is too large for a double is infinite.</summary>
    public double Real() => Element.ValueKind == JsonValueKind.Number ? Element.GetDouble() : throw Complaint("expected a number");

    /// <summary>A truth value.</summary>
    public bool Flag() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Complaint("expected true or false"),
    };

    /// <summary>The flag of that name, or <paramref name="otherwise"/>.</summary>
    public bool FlagOr(string name, bool otherwise) => Find(name)?.Flag() ?? otherwise;

    /// <summary>The error that names file and place.</summary>
    public InputException Complaint(string what) => new(Path.Length == 0 ? $"{File}: {what}" : $"{File}: {Path}: {what}");

    private static string NameOf(JsonProperty property, string file, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new InputException($"{file}: {path}: a field name is not a text: {error.Message}", error);
        }
    }
}
