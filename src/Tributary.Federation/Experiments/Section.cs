using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Tributary.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Federation.Experiments;

/// <summary>
/// A mapping of an experiment file while it is read: every key that is asked for is known, and <see cref="RefuseOthers"/> names the nearest of them for a key that
/// nobody asked for. Messages say file, line and full name.
/// </summary>
internal sealed class Section(YamlMappingNode? node, string name, Func<YamlNode, string> where, Func<string, string?> environment)
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>True when the file has the section.</summary>
    public bool Exists => node is not null;

    /// <summary>The names of its keys, in the order of the file.</summary>
    public IReadOnlyList<string> Names => [.. node?.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? key.ToString()) ?? []];

    /// <summary>The node of a key, null when it is absent or empty.</summary>
    public YamlNode? Node(string key)
    {
        known.Add(key);
        return Find(key);
    }

    /// <summary>The node of a key's name.</summary>
    public YamlNode Key(string key) => node!.Children.Keys.FirstOrDefault(name => (name as YamlScalarNode)?.Value == key) ?? node;

    /// <summary>A section below this one; it may be absent.</summary>
    public Section Below(string key) => Node(key) switch
    {
        null => new Section(null, FullName(key), where, environment),
        YamlMappingNode mapping => new Section(mapping, FullName(key), where, environment),
        { } other => throw Bad(other, key, "is not a section of 'key: value' lines"),
    };

    /// <summary>A text with environment variables expanded.</summary>
    public string? Text(string key) => Node(key) is { } child ? Scalar(child, key) : null;

    /// <summary>A text that must be there.</summary>
    public string Required(string key) => Text(key) ?? throw Missing(key);

    /// <summary>The error for a key that must be there.</summary>
    public InputException Missing(string key) => new($"{(node is null ? "the experiment" : where(node))}: '{FullName(key)}' is missing");

    /// <summary>One text or a list of texts.</summary>
    public IReadOnlyList<string>? Texts(string key) => Node(key) switch
    {
        null => null,
        YamlSequenceNode list => [.. list.Children.Select(item => Scalar(item, key))],
        { } one => [Scalar(one, key)],
    };

    /// <summary>A whole number within bounds.</summary>
    public int? Integer(string key, int smallest, int largest) => (int?)Long(key, smallest, largest);

    /// <summary>A whole number within bounds.</summary>
    public long? Long(string key, long smallest, long largest)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest
            ? value
            : throw Bad(Node(key)!, key, $"is '{text}', expected a whole number from {smallest} to {largest}");
    }

    /// <summary>A finite number for which a condition holds; <paramref name="expected"/> says it in words.</summary>
    public double? Number(string key, Func<double, bool> holds, string expected)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && holds(value)
            ? value
            : throw Bad(Node(key)!, key, $"is '{text}', expected {expected}");
    }

    /// <summary>true or false.</summary>
    public bool? Flag(string key) => Text(key) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw Bad(Node(key)!, key, $"is '{text}', expected true or false"),
    };

    /// <summary>How frozen weights are kept, by name.</summary>
    public StorageType? Storage(string key) => Text(key) is not { } text ? null
        : StorageTypes.Find(text) ?? throw Bad(Node(key)!, key, $"has no choice '{text}'{Nearest.Hint(text, StorageTypes.Names)}");

    /// <summary>Refuses a key that this version knows of but does not support.</summary>
    public void RefuseUnsupported(string key, string instead)
    {
        if (Find(key) is { } child)
        {
            throw Bad(child, key, $"is not supported by this version; {instead}");
        }
    }

    /// <summary>Refuses keys that nobody asked for.</summary>
    /// <exception cref="InputException">There is one; the message names the nearest known key.</exception>
    public void RefuseOthers()
    {
        foreach (var key in node?.Children.Keys ?? [])
        {
            var text = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!known.Contains(text))
            {
                throw new InputException($"{where(key)}: unknown key '{FullName(text)}'{Nearest.Hint(text, known)}");
            }
        }
    }

    /// <summary>An error about the value of a key.</summary>
    public InputException Bad(YamlNode value, string key, string what) => new($"{where(value)}: '{FullName(key)}' {what}");

    private static bool IsNull(YamlNode child) => child is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "~" or "null" };

    private YamlNode? Find(string key) => node is not null && node.Children.TryGetValue(new YamlScalarNode(key), out var child) && !IsNull(child) ? child : null;

    private string FullName(string key) => name.Length == 0 ? key : $"{name}.{key}";

    private string Scalar(YamlNode child, string key) => child switch
    {
        YamlScalarNode { Value: { } text } when text.Contains('\0', StringComparison.Ordinal) => throw Bad(child, key, "holds a null character, which no path or name can have"),
        YamlScalarNode scalar => Expand(scalar, scalar.Value ?? "", key),
        _ => throw Bad(child, key, "is a list or section, expected one value"),
    };

    private string Expand(YamlNode child, string text, string key)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var start = text.IndexOf("${", at, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf('}', start);
            if (end < 0)
            {
                return result.Append(text, at, text.Length - at).ToString();
            }

            var variable = text[(start + 2)..end];
            result.Append(text, at, start - at).Append(environment(variable) ?? throw Bad(child, key, $"needs the environment variable {variable}, which is not set"));
            at = end + 1;
        }

        return result.ToString();
    }
}
