using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;
using Tributary.Numerics;

namespace Tributary.Federation.Experiments;

/// <summary>YAML text as nodes, within bounds: one document, no aliases (they can multiply without end), bounded depth, no tags but YAML's own.</summary>
internal static class YamlSource
{
    private const int LargestFile = 1 << 20;
    private const int DeepestNesting = 32;

    // What YAML itself takes values for; values are read by what their key expects.
    private static readonly string[] PlainTags = [.. new[] { "str", "int", "float", "bool", "null", "map", "seq" }.Select(type => $"tag:yaml.org,2002:{type}")];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is missing, too large, or not such YAML.</exception>
    public static YamlNode ReadFile(string path)
    {
        try
        {
            var length = FileLength.Of(path);
            return length == 0 ? throw new InputException($"{path} is empty, or a pipe or a device in the place of a file") // which may have no end
                : length <= LargestFile ? Parse(File.ReadAllText(path), path)
                : throw new InputException($"{path}: {length} bytes are too many for an experiment file (at most {LargestFile})");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"cannot read {path}: {error.Message}", error);
        }
    }

    /// <summary>Parses a text; <paramref name="name"/> is used in messages.</summary>
    /// <exception cref="InputException">It is not such YAML.</exception>
    public static YamlNode Parse(string text, string name)
    {
        try
        {
            CheckEvents(text, name);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 1
                ? stream.Documents[0].RootNode
                : throw new InputException($"{name}: expected one YAML document, found {stream.Documents.Count}");
        }
        catch (YamlException error)
        {
            throw new InputException($"{name}, line {error.Start.Line}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static void CheckEvents(string text, string name)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (MoveNext(parser, name))
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag } && !PlainTags.Contains(tag.Value, StringComparer.Ordinal))
            {
                throw new InputException($"{name}, line {parser.Current.Start.Line}: the YAML tag '{tag.Value}' means nothing here; leave it out");
            }

            if (parser.Current is AnchorAlias || depth > DeepestNesting)
            {
                var what = depth > DeepestNesting ? $"nested deeper than {DeepestNesting} levels" : "YAML aliases are not supported, write the value out";
                throw new InputException($"{name}, line {parser.Current.Start.Line}: {what}");
            }
        }
    }

    // The parser meets some unclosed brackets with an error of its own inside.
    private static bool MoveNext(Parser parser, string name)
    {
        var line = parser.Current?.End.Line ?? 1;
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException error)
        {
            throw new InputException($"{name}, line {line}: broken YAML; is every bracket and quote closed?", error);
        }
    }
}
