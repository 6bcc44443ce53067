using System.Security.Cryptography;
using YamlDotNet.RepresentationModel;
using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>The nodes of an experiment file with the command line's settings put in, before environment variables are expanded.</summary>
internal sealed class ExperimentTree
{
    private readonly Dictionary<YamlNode, string> fromCommandLine = new(ReferenceEqualityComparer.Instance);
    private readonly string file;

    /// <summary>Takes the file's root.</summary>
    /// <exception cref="InputException">It is not a mapping.</exception>
    public ExperimentTree(YamlNode root, string file)
    {
        this.file = file;
        Root = root as YamlMappingNode ?? throw new InputException($"{file}: expected 'key: value' lines");
    }

    /// <summary>The top level.</summary>
    public YamlMappingNode Root { get; }

    /// <summary>Where a node stands, for messages.</summary>
    public string Where(YamlNode node) => fromCommandLine.TryGetValue(node, out var setting) ? $"--set {setting}" : $"{file}, line {node.Start.Line}";

    /// <summary>Puts in one <c>a.b=value</c>, value in YAML.</summary>
    /// <exception cref="InputException">It is malformed, or leads through something that is not a section.</exception>
    public void Set(string setting)
    {
        var split = setting.IndexOf('=', StringComparison.Ordinal);
        var path = split > 0 ? setting[..split].Trim().Split('.') : [];
        if (path.Length == 0 || path.Any(part => part.Length == 0))
        {
            throw new InputException($"--set {setting}: expected a.b=value, for example training.rounds=5");
        }

        if (string.IsNullOrWhiteSpace(setting[(split + 1)..]))
        {
            throw new InputException($"--set {setting}: nothing stands after '='; give a value, or write null for the default");
        }

        var value = YamlSource.Parse(setting[(split + 1)..], $"--set {setting}");
        Mark(value, setting);
        var section = Root;
        foreach (var part in path[..^1])
        {
            section = Child(section, Key(part, setting), setting);
        }

        section.Children[Key(path[^1], setting)] = value;
    }

    /// <summary>Hash of all settings whatever their order and layout, name, output and threads left out.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Canonical(Root, ""))));

    // A section without settings that count is the same as none.
    private static string Canonical(YamlNode node, string path) => node switch
    {
        YamlMappingNode mapping => Join('{', '}', mapping.Children
            .Select(pair => (Key: (pair.Key as YamlScalarNode)?.Value ?? "", pair.Value))
            .Where(pair => $"{path}{pair.Key}" is not ("name" or "output" or "backend.threads"))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, Text: Canonical(pair.Value, $"{path}{pair.Key}.")))
            .Where(pair => pair.Text != "{}")
            .Select(pair => $"{Quote(pair.Key)}:{pair.Text}")),
        YamlSequenceNode list => Join('[', ']', list.Children.Select(item => Canonical(item, path + "[]."))),
        _ => Quote((node as YamlScalarNode)?.Value ?? ""),
    };

    private static string Join(char open, char close, IEnumerable<string> parts) => $"{open}{string.Join(',', parts)}{close}";

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // The file's own key stays where there is one; a new one stands on the command line.
    private YamlScalarNode Key(string part, string setting)
    {
        var key = new YamlScalarNode(part);
        fromCommandLine[key] = setting;
        return key;
    }

    private static YamlMappingNode Child(YamlMappingNode section, YamlScalarNode key, string setting)
    {
        var part = key.Value;
        if (!section.Children.TryGetValue(key, out var child) || child is YamlScalarNode { Value: null or "" })
        {
            section.Children[key] = child = new YamlMappingNode();
        }
        else if (part == "method" && child is YamlScalarNode id)
        {
            // 'method: fedit' is short for 'method: { base: fedit }'
            section.Children[key] = child = new YamlMappingNode(new YamlScalarNode("base"), id);
        }

        return child as YamlMappingNode ?? throw new InputException($"--set {setting}: '{part}' is not a section");
    }

    private void Mark(YamlNode node, string setting)
    {
        fromCommandLine[node] = setting;
        foreach (var child in node is YamlMappingNode mapping ? mapping.Children.SelectMany(pair => new[] { pair.Key, pair.Value }) : (node as YamlSequenceNode)?.Children ?? [])
        {
            Mark(child, setting);
        }
    }
}
