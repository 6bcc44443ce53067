using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using YamlDotNet.RepresentationModel;
using Tributary.Federation.Parts;
using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>
/// Reads parts of a method from YAML by the same metadata that their JSON uses. A case is written by its name alone (<c>uniform</c>), with settings under its name
/// (<c>{ adam: { lr: 0.1 } }</c>) or with <c>kind</c> among them; <c>lr</c> is short for <c>learning_rate</c>.
/// </summary>
internal sealed class PartReader(Func<YamlNode, string> where)
{
    private const string Kind = "kind";

    /// <summary>Reads one part.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="info">Its type.</param>
    /// <param name="name">Its full name in the file.</param>
    /// <exception cref="InputException">A case or key is unknown, or a value does not fit.</exception>
    public T Read<T>(YamlNode node, JsonTypeInfo<T> info, string name) => Deserialize(node, Convert(node, info, name), info, name);

    /// <summary>Reads one part over another: where both are of the same case, settings that are not named stay.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="info">Its type.</param>
    /// <param name="name">Its full name in the file.</param>
    /// <param name="own">The part below.</param>
    /// <exception cref="InputException">A case or key is unknown, or a value does not fit.</exception>
    public T ReadOver<T>(YamlNode node, JsonTypeInfo<T> info, string name, T own)
    {
        var (read, below) = (Case(node, info, name), JsonSerializer.SerializeToNode(own, info)!.AsObject());
        if (JsonNode.DeepEquals(read[Kind], below[Kind]))
        {
            foreach (var (key, value) in below.Where(setting => !read.ContainsKey(setting.Key)))
            {
                read[key] = value?.DeepClone();
            }
        }

        return Deserialize(node, read, info, name);
    }

    private T Deserialize<T>(YamlNode node, JsonNode? read, JsonTypeInfo<T> info, string name)
    {
        try
        {
            return read.Deserialize(info) ?? throw new InputException($"{where(node)}: '{name}' is empty");
        }
        catch (JsonException error)
        {
            throw new InputException($"{where(node)}: '{name}' cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static JsonTypeInfo InfoOf(Type type) => PartsJson.Default.GetTypeInfo(type) ?? throw new InvalidOperationException($"{type} is not among the parts");

    private JsonNode? Convert(YamlNode node, JsonTypeInfo info, string name) => info switch
    {
        { PolymorphismOptions: not null } => Case(node, info, name),
        { Kind: JsonTypeInfoKind.Object } => Object(node, node as YamlMappingNode ?? throw Unexpected(node, name, "'key: value' lines"), info, name),
        { Kind: JsonTypeInfoKind.Enumerable } => List(node, info, name),
        { Kind: JsonTypeInfoKind.Dictionary } => Dictionary(node as YamlMappingNode ?? throw Unexpected(node, name, "'key: value' lines"), info, name),
        _ => Scalar(node, info, name),
    };

    private JsonObject Case(YamlNode node, JsonTypeInfo info, string name)
    {
        var cases = info.PolymorphismOptions!.DerivedTypes.ToDictionary(derived => (string)derived.TypeDiscriminator!, derived => derived.DerivedType, StringComparer.Ordinal);
        var (kind, settings) = node switch
        {
            YamlScalarNode scalar => (scalar.Value ?? "", new YamlMappingNode()),
            YamlMappingNode mapping when mapping.Children.TryGetValue(new YamlScalarNode(Kind), out var named) => ((named as YamlScalarNode)?.Value ?? "", Without(mapping, Kind)),
            YamlMappingNode { Children.Count: 1 } mapping => (Key(mapping.Children[0].Key), Settings(mapping.Children[0].Value, name)),
            _ => throw Unexpected(node, name, $"one of {string.Join(", ", cases.Keys)}"),
        };
        if (!cases.TryGetValue(kind, out var type))
        {
            throw new InputException($"{where(node)}: '{name}' has no choice '{kind}'{Nearest.Hint(kind, cases.Keys)}");
        }

        var result = Object(node, settings, InfoOf(type), $"{name}.{kind}");
        result.Insert(0, Kind, kind);
        return result;
    }

    private JsonObject Object(YamlNode node, YamlMappingNode mapping, JsonTypeInfo info, string name)
    {
        var properties = info.Properties.Where(property => property.Name != Kind).ToDictionary(property => property.Name, StringComparer.Ordinal);
        var result = new JsonObject();
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = Key(keyNode) is "lr" ? "learning_rate" : Key(keyNode);
            if (!properties.TryGetValue(key, out var property))
            {
                throw new InputException($"{where(keyNode)}: unknown key '{name}.{key}'{Nearest.Hint(key, properties.Keys)}");
            }

            result[key] = Convert(value, InfoOf(property.PropertyType), $"{name}.{key}");
        }

        return properties.Values.FirstOrDefault(property => property.IsRequired && !result.ContainsKey(property.Name)) is { Name: var missing }
            ? throw new InputException($"{where(node)}: '{name}' needs '{missing}'")
            : result;
    }

    private JsonArray List(YamlNode node, JsonTypeInfo info, string name) =>
        [.. (node is YamlSequenceNode list ? list.Children : [node]).Select((item, index) => Convert(item, InfoOf(info.ElementType!), $"{name}[{index}]"))];

    private JsonObject Dictionary(YamlMappingNode mapping, JsonTypeInfo info, string name) =>
        new(mapping.Children.Select(pair => KeyValuePair.Create(Key(pair.Key), Convert(pair.Value, InfoOf(info.ElementType!), $"{name}.{Key(pair.Key)}"))));

    private JsonValue Scalar(YamlNode node, JsonTypeInfo info, string name)
    {
        var text = (node as YamlScalarNode)?.Value ?? throw Unexpected(node, name, "one value");
        var plain = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (plain.IsEnum)
        {
            string[] names = [.. Enum.GetValuesAsUnderlyingType(plain).Cast<object>().Select(value => JsonSerializer.SerializeToNode(Enum.ToObject(plain, value), info)!.GetValue<string>())];
            return names.Contains(text, StringComparer.Ordinal)
                ? JsonValue.Create(text)
                : throw new InputException($"{where(node)}: '{name}' has no choice '{text}'{Nearest.Hint(text, names)}");
        }

        if (plain == typeof(bool))
        {
            return text is "true" or "false" ? JsonValue.Create(text == "true") : throw Unexpected(node, name, "true or false");
        }

        if (plain == typeof(int) || plain == typeof(long))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole) : throw Unexpected(node, name, "a whole number");
        }

        if (plain == typeof(double) || plain == typeof(float))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonValue.Create(number)
                : throw Unexpected(node, name, "a finite number");
        }

        return JsonValue.Create(text);
    }

    private static YamlMappingNode Without(YamlMappingNode mapping, string key) => new(mapping.Children.Where(pair => Key(pair.Key) != key));

    private static string Key(YamlNode key) => (key as YamlScalarNode)?.Value ?? "";

    private YamlMappingNode Settings(YamlNode value, string name) => value switch
    {
        YamlMappingNode mapping => mapping,
        YamlScalarNode { Value: null or "" or "~" or "null" } => new YamlMappingNode(),
        _ => throw Unexpected(value, name, "'key: value' lines"),
    };

    private InputException Unexpected(YamlNode node, string name, string expected) =>
        new($"{where(node)}: '{name}' is {(node is YamlScalarNode scalar ? $"'{scalar.Value}'" : "a list or section")}, expected {expected}");
}
